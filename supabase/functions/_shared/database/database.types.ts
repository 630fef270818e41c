export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  
  "public": {
          Tables: {
            "api_keys": {
                  Row: {
                    "allowed_origins": (string)[],"created_at": string,"created_by": string | null,"expires_at": string | null,"id": string,"last_used_at": string | null,"name": string,"org_id": string,"publishable": boolean,"replaced_by": string | null,"revoked_at": string | null,"scopes": (string)[],"secret_hash": string,"source_name": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "allowed_origins"?: (string)[],"created_at"?: string,"created_by"?: string | null,"expires_at"?: string | null,"id": string,"last_used_at"?: string | null,"name": string,"org_id": string,"publishable"?: boolean,"replaced_by"?: string | null,"revoked_at"?: string | null,"scopes": (string)[],"secret_hash": string,"source_name"?: string | null
                  }
                  Update: {
                    "allowed_origins"?: (string)[],"created_at"?: string,"created_by"?: string | null,"expires_at"?: string | null,"id"?: string,"last_used_at"?: string | null,"name"?: string,"org_id"?: string,"publishable"?: boolean,"replaced_by"?: string | null,"revoked_at"?: string | null,"scopes"?: (string)[],"secret_hash"?: string,"source_name"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "api_keys_created_by_fkey"
      columns: ["created_by"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "api_keys_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "api_keys_replaced_by_fkey"
      columns: ["replaced_by"]
isOneToOne: false
      referencedRelation: "api_keys"
      referencedColumns: ["id"]
    }
                  ]
                },"audit_log": {
                  Row: {
                    "action": string,"actor_id": string | null,"actor_kind": string,"after": Json | null,"at": string,"before": Json | null,"id": number,"ip": string | null,"object_id": string | null,"object_type": string,"org_id": string | null,"peer": string | null,"request_id": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "action": string,"actor_id"?: string | null,"actor_kind": string,"after"?: Json | null,"at"?: string,"before"?: Json | null,"id"?: never,"ip"?: string | null,"object_id"?: string | null,"object_type": string,"org_id"?: string | null,"peer"?: string | null,"request_id"?: string | null
                  }
                  Update: {
                    "action"?: string,"actor_id"?: string | null,"actor_kind"?: string,"after"?: Json | null,"at"?: string,"before"?: Json | null,"id"?: never,"ip"?: string | null,"object_id"?: string | null,"object_type"?: string,"org_id"?: string | null,"peer"?: string | null,"request_id"?: string | null
                  }
                  Relationships: [
                    
                  ]
                },"data_sources": {
                  Row: {
                    "access_token": string | null,"account_ref": string | null,"created_at": string,"expires_at": string | null,"id": string,"org_id": string,"refresh_token": string | null,"source_name": string,"token_key_id": string | null,"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "access_token"?: string | null,"account_ref"?: string | null,"created_at"?: string,"expires_at"?: string | null,"id"?: string,"org_id": string,"refresh_token"?: string | null,"source_name": string,"token_key_id"?: string | null,"updated_at"?: string,"user_id": string
                  }
                  Update: {
                    "access_token"?: string | null,"account_ref"?: string | null,"created_at"?: string,"expires_at"?: string | null,"id"?: string,"org_id"?: string,"refresh_token"?: string | null,"source_name"?: string,"token_key_id"?: string | null,"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "data_sources_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "data_sources_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"digest_events": {
                  Row: {
                    "digest_id": string | null,"id": string,"occurred_at": string | null,"received_at": string,"type": string
                  }
                  ComputedFields: never
                  Insert: {
                    "digest_id"?: string | null,"id": string,"occurred_at"?: string | null,"received_at"?: string,"type": string
                  }
                  Update: {
                    "digest_id"?: string | null,"id"?: string,"occurred_at"?: string | null,"received_at"?: string,"type"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "digest_events_digest_id_fkey"
      columns: ["digest_id"]
isOneToOne: false
      referencedRelation: "digests"
      referencedColumns: ["id"]
    }
                  ]
                },"digest_preferences": {
                  Row: {
                    "enabled": boolean,"org_id": string,"suppressed_reason": string | null,"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "enabled"?: boolean,"org_id": string,"suppressed_reason"?: string | null,"updated_at"?: string,"user_id": string
                  }
                  Update: {
                    "enabled"?: boolean,"org_id"?: string,"suppressed_reason"?: string | null,"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "digest_preferences_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "digest_preferences_user_id_fkey"
      columns: ["user_id"]
isOneToOne: true
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"digest_runs": {
                  Row: {
                    "failed": number,"finished_at": string | null,"id": string,"missed": number,"pending": number,"scope": string,"sent": number,"skipped": number,"started_at": string,"status": string,"stored": number,"trigger": string,"user_id": string | null,"week_start": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "failed"?: number,"finished_at"?: string | null,"id"?: string,"missed"?: number,"pending"?: number,"scope": string,"sent"?: number,"skipped"?: number,"started_at"?: string,"status"?: string,"stored"?: number,"trigger": string,"user_id"?: string | null,"week_start"?: string | null
                  }
                  Update: {
                    "failed"?: number,"finished_at"?: string | null,"id"?: string,"missed"?: number,"pending"?: number,"scope"?: string,"sent"?: number,"skipped"?: number,"started_at"?: string,"status"?: string,"stored"?: number,"trigger"?: string,"user_id"?: string | null,"week_start"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "digest_runs_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"digest_schedule": {
                  Row: {
                    "due_at": string,"enqueued_at": string,"missed": boolean,"org_id": string,"run_id": string | null,"week_start": string
                  }
                  ComputedFields: never
                  Insert: {
                    "due_at": string,"enqueued_at": string,"missed"?: boolean,"org_id": string,"run_id"?: string | null,"week_start": string
                  }
                  Update: {
                    "due_at"?: string,"enqueued_at"?: string,"missed"?: boolean,"org_id"?: string,"run_id"?: string | null,"week_start"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "digest_schedule_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "digest_schedule_run_id_fkey"
      columns: ["run_id"]
isOneToOne: false
      referencedRelation: "digest_runs"
      referencedColumns: ["id"]
    }
                  ]
                },"digests": {
                  Row: {
                    "attempts": number,"body_html": string | null,"body_text": string | null,"claimed_at": string | null,"content": Json | null,"created_at": string,"envelope": Json | null,"expires_at": string,"first_attempt_at": string | null,"id": string,"last_error": string | null,"lease_until": string | null,"next_attempt_at": string,"org_id": string,"provider_message_id": string | null,"renewal": number,"run_id": string | null,"sent_at": string | null,"state": Database["public"]['Enums']["digest_state"],"subject": string | null,"unsure_since": string | null,"updated_at": string,"user_id": string,"week_start": string
                  }
                  ComputedFields: never
                  Insert: {
                    "attempts"?: number,"body_html"?: string | null,"body_text"?: string | null,"claimed_at"?: string | null,"content"?: Json | null,"created_at"?: string,"envelope"?: Json | null,"expires_at"?: string,"first_attempt_at"?: string | null,"id"?: string,"last_error"?: string | null,"lease_until"?: string | null,"next_attempt_at"?: string,"org_id": string,"provider_message_id"?: string | null,"renewal"?: number,"run_id"?: string | null,"sent_at"?: string | null,"state"?: Database["public"]['Enums']["digest_state"],"subject"?: string | null,"unsure_since"?: string | null,"updated_at"?: string,"user_id": string,"week_start": string
                  }
                  Update: {
                    "attempts"?: number,"body_html"?: string | null,"body_text"?: string | null,"claimed_at"?: string | null,"content"?: Json | null,"created_at"?: string,"envelope"?: Json | null,"expires_at"?: string,"first_attempt_at"?: string | null,"id"?: string,"last_error"?: string | null,"lease_until"?: string | null,"next_attempt_at"?: string,"org_id"?: string,"provider_message_id"?: string | null,"renewal"?: number,"run_id"?: string | null,"sent_at"?: string | null,"state"?: Database["public"]['Enums']["digest_state"],"subject"?: string | null,"unsure_since"?: string | null,"updated_at"?: string,"user_id"?: string,"week_start"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "digests_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "digests_run_id_fkey"
      columns: ["run_id"]
isOneToOne: false
      referencedRelation: "digest_runs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "digests_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"event_names": {
                  Row: {
                    "id": number,"name": string,"org_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "id"?: never,"name": string,"org_id": string
                  }
                  Update: {
                    "id"?: never,"name"?: string,"org_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "event_names_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"events": {
                  Row: {
                    "arrival": number,"clamped": boolean,"day": string,"event_key": string,"name_id": number,"occurred_at": string,"org_id": string,"person_id": number | null,"properties": Json | null,"received_at": string,"sent_time": string
                  }
                  ComputedFields: never
                  Insert: {
                    "arrival"?: number,"clamped"?: boolean,"day": string,"event_key": string,"name_id": number,"occurred_at": string,"org_id": string,"person_id"?: number | null,"properties"?: Json | null,"received_at"?: string,"sent_time": string
                  }
                  Update: {
                    "arrival"?: number,"clamped"?: boolean,"day"?: string,"event_key"?: string,"name_id"?: number,"occurred_at"?: string,"org_id"?: string,"person_id"?: number | null,"properties"?: Json | null,"received_at"?: string,"sent_time"?: string
                  }
                  Relationships: [
                    
                  ]
                },"events_202610": {
                  Row: {
                    "arrival": number,"clamped": boolean,"day": string,"event_key": string,"name_id": number,"occurred_at": string,"org_id": string,"person_id": number | null,"properties": Json | null,"received_at": string,"sent_time": string
                  }
                  ComputedFields: never
                  Insert: {
                    "arrival"?: number,"clamped"?: boolean,"day": string,"event_key": string,"name_id": number,"occurred_at": string,"org_id": string,"person_id"?: number | null,"properties"?: Json | null,"received_at"?: string,"sent_time": string
                  }
                  Update: {
                    "arrival"?: number,"clamped"?: boolean,"day"?: string,"event_key"?: string,"name_id"?: number,"occurred_at"?: string,"org_id"?: string,"person_id"?: number | null,"properties"?: Json | null,"received_at"?: string,"sent_time"?: string
                  }
                  Relationships: [
                    
                  ]
                },"events_202611": {
                  Row: {
                    "arrival": number,"clamped": boolean,"day": string,"event_key": string,"name_id": number,"occurred_at": string,"org_id": string,"person_id": number | null,"properties": Json | null,"received_at": string,"sent_time": string
                  }
                  ComputedFields: never
                  Insert: {
                    "arrival"?: number,"clamped"?: boolean,"day": string,"event_key": string,"name_id": number,"occurred_at": string,"org_id": string,"person_id"?: number | null,"properties"?: Json | null,"received_at"?: string,"sent_time": string
                  }
                  Update: {
                    "arrival"?: number,"clamped"?: boolean,"day"?: string,"event_key"?: string,"name_id"?: number,"occurred_at"?: string,"org_id"?: string,"person_id"?: number | null,"properties"?: Json | null,"received_at"?: string,"sent_time"?: string
                  }
                  Relationships: [
                    
                  ]
                },"events_202612": {
                  Row: {
                    "arrival": number,"clamped": boolean,"day": string,"event_key": string,"name_id": number,"occurred_at": string,"org_id": string,"person_id": number | null,"properties": Json | null,"received_at": string,"sent_time": string
                  }
                  ComputedFields: never
                  Insert: {
                    "arrival"?: number,"clamped"?: boolean,"day": string,"event_key": string,"name_id": number,"occurred_at": string,"org_id": string,"person_id"?: number | null,"properties"?: Json | null,"received_at"?: string,"sent_time": string
                  }
                  Update: {
                    "arrival"?: number,"clamped"?: boolean,"day"?: string,"event_key"?: string,"name_id"?: number,"occurred_at"?: string,"org_id"?: string,"person_id"?: number | null,"properties"?: Json | null,"received_at"?: string,"sent_time"?: string
                  }
                  Relationships: [
                    
                  ]
                },"events_202701": {
                  Row: {
                    "arrival": number,"clamped": boolean,"day": string,"event_key": string,"name_id": number,"occurred_at": string,"org_id": string,"person_id": number | null,"properties": Json | null,"received_at": string,"sent_time": string
                  }
                  ComputedFields: never
                  Insert: {
                    "arrival"?: number,"clamped"?: boolean,"day": string,"event_key": string,"name_id": number,"occurred_at": string,"org_id": string,"person_id"?: number | null,"properties"?: Json | null,"received_at"?: string,"sent_time": string
                  }
                  Update: {
                    "arrival"?: number,"clamped"?: boolean,"day"?: string,"event_key"?: string,"name_id"?: number,"occurred_at"?: string,"org_id"?: string,"person_id"?: number | null,"properties"?: Json | null,"received_at"?: string,"sent_time"?: string
                  }
                  Relationships: [
                    
                  ]
                },"events_202702": {
                  Row: {
                    "arrival": number,"clamped": boolean,"day": string,"event_key": string,"name_id": number,"occurred_at": string,"org_id": string,"person_id": number | null,"properties": Json | null,"received_at": string,"sent_time": string
                  }
                  ComputedFields: never
                  Insert: {
                    "arrival"?: number,"clamped"?: boolean,"day": string,"event_key": string,"name_id": number,"occurred_at": string,"org_id": string,"person_id"?: number | null,"properties"?: Json | null,"received_at"?: string,"sent_time": string
                  }
                  Update: {
                    "arrival"?: number,"clamped"?: boolean,"day"?: string,"event_key"?: string,"name_id"?: number,"occurred_at"?: string,"org_id"?: string,"person_id"?: number | null,"properties"?: Json | null,"received_at"?: string,"sent_time"?: string
                  }
                  Relationships: [
                    
                  ]
                },"events_default": {
                  Row: {
                    "arrival": number,"clamped": boolean,"day": string,"event_key": string,"name_id": number,"occurred_at": string,"org_id": string,"person_id": number | null,"properties": Json | null,"received_at": string,"sent_time": string
                  }
                  ComputedFields: never
                  Insert: {
                    "arrival"?: number,"clamped"?: boolean,"day": string,"event_key": string,"name_id": number,"occurred_at": string,"org_id": string,"person_id"?: number | null,"properties"?: Json | null,"received_at"?: string,"sent_time": string
                  }
                  Update: {
                    "arrival"?: number,"clamped"?: boolean,"day"?: string,"event_key"?: string,"name_id"?: number,"occurred_at"?: string,"org_id"?: string,"person_id"?: number | null,"properties"?: Json | null,"received_at"?: string,"sent_time"?: string
                  }
                  Relationships: [
                    
                  ]
                },"github_cache": {
                  Row: {
                    "body": NonNullable<Json>,"cache_key": string,"etag": string,"stored_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "body": NonNullable<Json>,"cache_key": string,"etag": string,"stored_at"?: string
                  }
                  Update: {
                    "body"?: NonNullable<Json>,"cache_key"?: string,"etag"?: string,"stored_at"?: string
                  }
                  Relationships: [
                    
                  ]
                },"idempotency_keys": {
                  Row: {
                    "claimed_at": string,"fingerprint": string,"key": string,"response_body": Json | null,"response_status": number | null,"scope": string
                  }
                  ComputedFields: never
                  Insert: {
                    "claimed_at"?: string,"fingerprint": string,"key": string,"response_body"?: Json | null,"response_status"?: number | null,"scope": string
                  }
                  Update: {
                    "claimed_at"?: string,"fingerprint"?: string,"key"?: string,"response_body"?: Json | null,"response_status"?: number | null,"scope"?: string
                  }
                  Relationships: [
                    
                  ]
                },"invitations": {
                  Row: {
                    "accepted_at": string | null,"created_at": string,"email": string,"expires_at": string,"id": string,"invited_by": string | null,"org_id": string,"revoked_at": string | null,"role": Database["public"]['Enums']["member_role"],"token_hash": string
                  }
                  ComputedFields: never
                  Insert: {
                    "accepted_at"?: string | null,"created_at"?: string,"email": string,"expires_at": string,"id"?: string,"invited_by"?: string | null,"org_id": string,"revoked_at"?: string | null,"role": Database["public"]['Enums']["member_role"],"token_hash": string
                  }
                  Update: {
                    "accepted_at"?: string | null,"created_at"?: string,"email"?: string,"expires_at"?: string,"id"?: string,"invited_by"?: string | null,"org_id"?: string,"revoked_at"?: string | null,"role"?: Database["public"]['Enums']["member_role"],"token_hash"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "invitations_invited_by_fkey"
      columns: ["invited_by"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "invitations_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"memberships": {
                  Row: {
                    "created_at": string,"org_id": string,"role": Database["public"]['Enums']["member_role"],"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"org_id": string,"role": Database["public"]['Enums']["member_role"],"user_id": string
                  }
                  Update: {
                    "created_at"?: string,"org_id"?: string,"role"?: Database["public"]['Enums']["member_role"],"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "memberships_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "memberships_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"metric_definitions": {
                  Row: {
                    "aggregation": Database["public"]['Enums']["metric_aggregation"],"description": string,"direction": Database["public"]['Enums']["metric_direction"],"id": number,"label": string,"metric_name": string,"org_id": string | null,"unit": string
                  }
                  ComputedFields: never
                  Insert: {
                    "aggregation"?: Database["public"]['Enums']["metric_aggregation"],"description"?: string,"direction"?: Database["public"]['Enums']["metric_direction"],"id"?: never,"label": string,"metric_name": string,"org_id"?: string | null,"unit"?: string
                  }
                  Update: {
                    "aggregation"?: Database["public"]['Enums']["metric_aggregation"],"description"?: string,"direction"?: Database["public"]['Enums']["metric_direction"],"id"?: never,"label"?: string,"metric_name"?: string,"org_id"?: string | null,"unit"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "metric_definitions_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"metric_restatements": {
                  Row: {
                    "id": number,"metric_id": number,"new_value": number,"org_id": string,"previous_value": number,"restated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "id"?: never,"metric_id": number,"new_value": number,"org_id": string,"previous_value": number,"restated_at"?: string
                  }
                  Update: {
                    "id"?: never,"metric_id"?: number,"new_value"?: number,"org_id"?: string,"previous_value"?: number,"restated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "metric_restatements_metric_id_fkey"
      columns: ["metric_id"]
isOneToOne: false
      referencedRelation: "metrics"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "metric_restatements_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"metrics": {
                  Row: {
                    "created_at": string,"dimensions": NonNullable<Json>,"id": number,"meta": Json | null,"metric_date": string,"metric_name": string,"metric_value": number,"org_id": string,"source_name": string,"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"dimensions"?: NonNullable<Json>,"id"?: never,"meta"?: Json | null,"metric_date": string,"metric_name": string,"metric_value": number,"org_id": string,"source_name": string,"updated_at"?: string,"user_id": string
                  }
                  Update: {
                    "created_at"?: string,"dimensions"?: NonNullable<Json>,"id"?: never,"meta"?: Json | null,"metric_date"?: string,"metric_name"?: string,"metric_value"?: number,"org_id"?: string,"source_name"?: string,"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "metrics_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "metrics_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"organizations": {
                  Row: {
                    "created_at": string,"day_zone": string,"digest_hour": number,"digest_weekday": number,"failure_window_hours": number,"id": string,"individual_metrics": boolean,"min_group_size": number,"name": string,"production_environments": (string)[] | null,"public_id": string,"public_reads": boolean,"time_zone": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"day_zone"?: string,"digest_hour"?: number,"digest_weekday"?: number,"failure_window_hours"?: number,"id"?: string,"individual_metrics"?: boolean,"min_group_size"?: number,"name": string,"production_environments"?: (string)[] | null,"public_id"?: string,"public_reads"?: boolean,"time_zone"?: string
                  }
                  Update: {
                    "created_at"?: string,"day_zone"?: string,"digest_hour"?: number,"digest_weekday"?: number,"failure_window_hours"?: number,"id"?: string,"individual_metrics"?: boolean,"min_group_size"?: number,"name"?: string,"production_environments"?: (string)[] | null,"public_id"?: string,"public_reads"?: boolean,"time_zone"?: string
                  }
                  Relationships: [
                    
                  ]
                },"person_keys": {
                  Row: {
                    "key": string,"org_id": string,"person_id": number
                  }
                  ComputedFields: never
                  Insert: {
                    "key": string,"org_id": string,"person_id": number
                  }
                  Update: {
                    "key"?: string,"org_id"?: string,"person_id"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "person_keys_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "person_keys_person_id_fkey"
      columns: ["person_id"]
isOneToOne: false
      referencedRelation: "persons"
      referencedColumns: ["id"]
    }
                  ]
                },"persons": {
                  Row: {
                    "age": number | null,"age_group": Database["public"]['Enums']["age_group"],"created_at": string,"first_seen_at": string | null,"gender": Database["public"]['Enums']["gender"],"id": number,"known": boolean,"last_seen_at": string | null,"org_id": string,"trait_times": NonNullable<Json>,"traits": NonNullable<Json>
                  }
                  ComputedFields: never
                  Insert: {
                    "age"?: number | null,"age_group"?: never,"created_at"?: string,"first_seen_at"?: string | null,"gender"?: Database["public"]['Enums']["gender"],"id"?: never,"known"?: boolean,"last_seen_at"?: string | null,"org_id": string,"trait_times"?: NonNullable<Json>,"traits"?: NonNullable<Json>
                  }
                  Update: {
                    "age"?: number | null,"age_group"?: never,"created_at"?: string,"first_seen_at"?: string | null,"gender"?: Database["public"]['Enums']["gender"],"id"?: never,"known"?: boolean,"last_seen_at"?: string | null,"org_id"?: string,"trait_times"?: NonNullable<Json>,"traits"?: NonNullable<Json>
                  }
                  Relationships: [
                    {
      foreignKeyName: "persons_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"users": {
                  Row: {
                    "age": number | null,"auth_user_id": string | null,"created_at": string,"email": string,"gender": string | null,"id": string,"org_id": string,"username": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "age"?: number | null,"auth_user_id"?: string | null,"created_at"?: string,"email": string,"gender"?: string | null,"id"?: string,"org_id": string,"username"?: string | null
                  }
                  Update: {
                    "age"?: number | null,"auth_user_id"?: string | null,"created_at"?: string,"email"?: string,"gender"?: string | null,"id"?: string,"org_id"?: string,"username"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "users_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                }
          }
          Views: {
            [_ in never]: never
          }
          Functions: {
            "accept_invitation":
{ Args: { "p_token_hash": string }; Returns: Json
                           },
"ai_budgets":
{ Args: { "p_org_id"?: string,"p_page"?: number,"p_page_size"?: number }; Returns: Json
                           },
"ai_changes":
{ Args: { "p_compare"?: string,"p_end"?: string,"p_org_id": string,"p_since"?: number,"p_start"?: string }; Returns: Json
                           },
"ai_daily_cost":
{ Args: { "p_org_id": string }; Returns: Json
                           },
"ai_dead_letters":
{ Args: { "p_org_id": string,"p_page": number,"p_page_size": number }; Returns: Json
                           },
"ai_developers":
{ Args: { "p_org_id": string,"p_page"?: number,"p_page_size"?: number }; Returns: Json
                           },
"ai_metrics":
{ Args: { "p_compare"?: string,"p_end"?: string,"p_org_id"?: string,"p_since"?: number,"p_start"?: string }; Returns: Json
                           },
"ai_model_policies":
{ Args: { "p_org_id": string,"p_page"?: number,"p_page_size"?: number }; Returns: Json
                           },
"ai_prices":
{ Args: { "p_model": string,"p_org_id": string,"p_page"?: number,"p_page_size"?: number }; Returns: Json
                           },
"ai_profile":
{ Args: { "p_compare"?: string,"p_developer_id": string,"p_end"?: string,"p_org_id"?: string,"p_since"?: number,"p_start"?: string }; Returns: Json
                           },
"ai_session":
{ Args: { "p_id": string,"p_org_id": string }; Returns: Json
                           },
"ai_sessions":
{ Args: { "p_developer_id": string,"p_end": string,"p_model": string,"p_org_id": string,"p_page": number,"p_page_size": number,"p_repository": string,"p_sort_by": string,"p_sort_order": string,"p_start": string }; Returns: Json
                           },
"ai_sources":
{ Args: { "p_org_id": string }; Returns: Json
                           },
"ai_spend":
{ Args: { "p_by": string,"p_compare"?: string,"p_end"?: string,"p_org_id": string,"p_since"?: number,"p_start"?: string }; Returns: Json
                           },
"ai_usage":
{ Args: { "p_compare"?: string,"p_end"?: string,"p_org_id": string,"p_since"?: number,"p_start"?: string }; Returns: Json
                           },
"ai_yield":
{ Args: { "p_compare"?: string,"p_end": string,"p_interval"?: string,"p_org_id": string,"p_start": string }; Returns: Json
                           },
"alert_mails_due_count":
{ Args: { "p_kind": string }; Returns: number
                           },
"analytics_active_users":
{ Args: { "p_end"?: string,"p_org_id"?: string,"p_previous"?: boolean,"p_start"?: string }; Returns: Json
                           },
"analytics_breakdown":
{ Args: { "p_by": string,"p_end"?: string,"p_feature_name"?: string,"p_org_id"?: string,"p_previous"?: boolean,"p_property"?: string,"p_start"?: string,"p_top"?: number }; Returns: Json
                           },
"analytics_drops":
{ Args: { "p_end"?: string,"p_org_id"?: string,"p_page"?: number,"p_page_size"?: number,"p_previous"?: boolean,"p_start"?: string }; Returns: Json
                           },
"analytics_events":
{ Args: { "p_end"?: string,"p_org_id"?: string,"p_page"?: number,"p_page_size"?: number,"p_previous"?: boolean,"p_start"?: string }; Returns: Json
                           },
"analytics_flow":
{ Args: { "p_depth"?: number,"p_end"?: string,"p_event": string,"p_org_id"?: string,"p_previous"?: boolean,"p_start"?: string,"p_top"?: number }; Returns: Json
                           },
"analytics_funnel":
{ Args: { "p_breakdown"?: string,"p_end"?: string,"p_is_strict"?: boolean,"p_org_id"?: string,"p_previous"?: boolean,"p_start"?: string,"p_steps": (string)[],"p_window_seconds"?: number }; Returns: Json
                           },
"analytics_overview":
{ Args: { "p_age_group"?: string,"p_end"?: string,"p_feature_name"?: string,"p_gender"?: string,"p_org_id"?: string,"p_previous"?: boolean,"p_start"?: string }; Returns: Json
                           },
"analytics_person":
{ Args: { "p_end"?: string,"p_org_id"?: string,"p_page"?: number,"p_page_size"?: number,"p_person": string,"p_previous"?: boolean,"p_start"?: string }; Returns: Json
                           },
"analytics_properties":
{ Args: { "p_end"?: string,"p_feature_name"?: string,"p_org_id"?: string,"p_page"?: number,"p_page_size"?: number,"p_previous"?: boolean,"p_start"?: string }; Returns: Json
                           },
"analytics_retention":
{ Args: { "p_breakdown"?: string,"p_end"?: string,"p_org_id"?: string,"p_period"?: string,"p_periods"?: number,"p_previous"?: boolean,"p_return_event"?: string,"p_start"?: string,"p_start_event"?: string }; Returns: Json
                           },
"analytics_sessions":
{ Args: { "p_end"?: string,"p_org_id"?: string,"p_previous"?: boolean,"p_start"?: string }; Returns: Json
                           },
"analytics_state":
{ Args: { "p_org_id"?: string }; Returns: Json
                           },
"audit_sign_in_failure":
{ Args: { "p_login": string,"p_reason": string }; Returns: undefined
                           },
"authenticate_api_key":
{ Args: { "p_id": string,"p_secret_hash": string }; Returns: Json
                           },
"claim_alert_mail":
{ Args: { "p_kind": string }; Returns: Json
                           },
"claim_idempotency_key":
{ Args: { "p_fingerprint": string,"p_key": string,"p_scope": string }; Returns: Json
                           },
"claim_webhook_deliveries":
{ Args: { "p_delivery_id"?: string,"p_limit": number }; Returns: Json
                           },
"complete_registration":
{ Args: { "p_said": Json }; Returns: undefined
                           },
"count_event_drops":
{ Args: { "p_drops": Json,"p_org_id": string }; Returns: undefined
                           },
"create_api_key":
{ Args: { "p_key": Json,"p_org_id": string }; Returns: Json
                           },
"create_etl_job":
{ Args: { "p_job": Json,"p_org_id"?: string }; Returns: Json
                           },
"create_organization":
{ Args: { "p_name": string,"p_time_zone"?: string }; Returns: Json
                           },
"create_team":
{ Args: { "p_name": string,"p_org_id": string }; Returns: Json
                           },
"dashboard_overview":
{ Args: { "p_compare"?: string,"p_end"?: string,"p_org_id"?: string,"p_start"?: string }; Returns: Json
                           },
"dashboard_tiles":
{ Args: { "p_compare"?: string,"p_email"?: string,"p_end"?: string,"p_org_id"?: string,"p_start"?: string }; Returns: Json
                           },
"data_retention":
{ Args: { "p_org_id": string }; Returns: Json
                           },
"data_source_subject":
{ Args: { "p_email"?: string,"p_to_change"?: boolean }; Returns: Json
                           },
"dead_letter":
{ Args: { "p_id": string }; Returns: Json
                           },
"delete_ai_budget":
{ Args: { "p_id": string,"p_org_id"?: string }; Returns: undefined
                           },
"delete_ai_model_policy":
{ Args: { "p_org_id": string,"p_repository": string }; Returns: undefined
                           },
"delete_ai_price":
{ Args: { "p_model": string,"p_org_id": string,"p_valid_from": string }; Returns: undefined
                           },
"delete_delivery":
{ Args: { "p_key": string,"p_kind": string,"p_org_id"?: string,"p_pull_request"?: string,"p_repository": string }; Returns: undefined
                           },
"delete_team":
{ Args: { "p_id": string }; Returns: undefined
                           },
"demo_logins_exist":
{ Args: Record<PropertyKey, never>; Returns: boolean
                           },
"digest_begin":
{ Args: { "p_email"?: string,"p_scope": string,"p_trigger": string,"p_week"?: string }; Returns: Json
                           },
"digest_claim":
{ Args: { "p_limit": number,"p_run_id": string }; Returns: Json
                           },
"digest_end":
{ Args: { "p_counts": Json,"p_run_id": string }; Returns: Json
                           },
"digest_event":
{ Args: { "p_digest_id"?: string,"p_id": string,"p_message_id"?: string,"p_occurred_at"?: string,"p_suppress"?: string,"p_type": string }; Returns: Json
                           },
"digest_finish":
{ Args: { "p_id": string,"p_outcome": Json,"p_run_id": string }; Returns: boolean
                           },
"digest_log":
{ Args: { "p_org_id"?: string,"p_page"?: number,"p_page_size"?: number }; Returns: Json
                           },
"digest_preference":
{ Args: { "p_email"?: string }; Returns: Json
                           },
"digest_prepare":
{ Args: { "p_id": string,"p_message"?: Json,"p_renew"?: boolean,"p_run_id": string }; Returns: Json
                           },
"digest_preview":
{ Args: { "p_email"?: string,"p_week"?: string }; Returns: Json
                           },
"digest_runs_page":
{ Args: { "p_page": number,"p_page_size": number }; Returns: Json
                           },
"digest_unsubscribe":
{ Args: { "p_user_id": string }; Returns: undefined
                           },
"disk_status":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"dora_breakdown":
{ Args: { "p_breakdown"?: string,"p_compare"?: string,"p_end"?: string,"p_environment"?: string,"p_org_id"?: string,"p_page"?: number,"p_page_size"?: number,"p_start"?: string }; Returns: Json
                           },
"dora_filter_options":
{ Args: { "p_org_id"?: string }; Returns: Json
                           },
"dora_metric":
{ Args: { "p_compare"?: string,"p_drill"?: boolean,"p_end"?: string,"p_environment"?: string,"p_metric": string,"p_org_id"?: string,"p_page"?: number,"p_page_size"?: number,"p_repository"?: string,"p_start"?: string,"p_team"?: string }; Returns: Json
                           },
"dora_summary":
{ Args: { "p_compare"?: string,"p_end"?: string,"p_environment"?: string,"p_org_id"?: string,"p_repository"?: string,"p_start"?: string,"p_team"?: string }; Returns: Json
                           },
"dora_trend":
{ Args: { "p_bucket"?: string,"p_compare"?: string,"p_end"?: string,"p_environment"?: string,"p_org_id"?: string,"p_parts"?: (string)[],"p_repository"?: string,"p_start"?: string,"p_team"?: string }; Returns: Json
                           },
"erase_person":
{ Args: { "p_org_id": string,"p_person": string }; Returns: Json
                           },
"etl_checkpoint":
{ Args: { "p_job_id": string,"p_lease_token": string,"p_page": Json }; Returns: Json
                           },
"etl_claim":
{ Args: { "p_job_id"?: string }; Returns: Json
                           },
"etl_dead_letters":
{ Args: { "p_org_id"?: string,"p_page": number,"p_page_size": number,"p_state": string }; Returns: Json
                           },
"etl_due_count":
{ Args: { "p_job_id"?: string }; Returns: number
                           },
"etl_job":
{ Args: { "p_id": string }; Returns: Json
                           },
"etl_job_runs":
{ Args: { "p_job_id": string,"p_page": number,"p_page_size": number }; Returns: Json
                           },
"etl_jobs":
{ Args: { "p_org_id"?: string,"p_page": number,"p_page_size": number }; Returns: Json
                           },
"etl_release":
{ Args: { "p_job_id": string,"p_lease_token": string,"p_outcome": Json }; Returns: undefined
                           },
"etl_run":
{ Args: { "p_id": string }; Returns: Json
                           },
"etl_status":
{ Args: { "p_org_id"?: string }; Returns: Json
                           },
"export_events":
{ Args: { "p_after"?: string,"p_end"?: string,"p_limit"?: number,"p_org_id"?: string,"p_person"?: string,"p_start"?: string }; Returns: Json
                           },
"export_person":
{ Args: { "p_org_id"?: string,"p_person": string }; Returns: Json
                           },
"export_person_events":
{ Args: { "p_after_key"?: string,"p_after_time"?: string,"p_limit": number,"p_org_id": string,"p_person_id": number }; Returns: Json
                           },
"finish_alert_mail":
{ Args: { "p_attempts": number,"p_error"?: string,"p_id": number,"p_is_certain"?: boolean,"p_retry_after"?: number,"p_state": string }; Returns: undefined
                           },
"finish_webhook_delivery":
{ Args: { "p_delivery_id": string,"p_lease_token": string,"p_results": Json }; Returns: Json
                           },
"github_code_quality":
{ Args: { "p_compare"?: string,"p_end"?: string,"p_org_id"?: string,"p_repository"?: string,"p_start"?: string,"p_team"?: string }; Returns: Json
                           },
"github_contributors":
{ Args: { "p_compare"?: string,"p_end"?: string,"p_org_id"?: string,"p_page"?: number,"p_page_size"?: number,"p_repository"?: string,"p_start"?: string,"p_team"?: string }; Returns: Json
                           },
"github_repositories":
{ Args: { "p_compare"?: string,"p_end"?: string,"p_org_id"?: string,"p_page"?: number,"p_page_size"?: number,"p_repository"?: string,"p_start"?: string,"p_team"?: string }; Returns: Json
                           },
"identify_persons":
{ Args: { "p_changes": Json,"p_org_id": string }; Returns: Json
                           },
"ingest_metrics":
{ Args: { "p_items": Json }; Returns: Json
                           },
"insight_data":
{ Args: { "p_end"?: string,"p_names"?: (string)[],"p_org_id"?: string,"p_since"?: number,"p_start"?: string }; Returns: Json
                           },
"invite_member":
{ Args: { "p_email": string,"p_expires_at": string,"p_org_id": string,"p_role": Database["public"]['Enums']["member_role"],"p_token_hash": string }; Returns: Json
                           },
"keep_ai_dead_letters":
{ Args: { "p_letters": Json,"p_org_id": string }; Returns: undefined
                           },
"leave_organization":
{ Args: { "p_org_id": string }; Returns: undefined
                           },
"metrics_catalog":
{ Args: { "p_email"?: string,"p_org_id"?: string }; Returns: Json
                           },
"metrics_timeline":
{ Args: { "p_compare"?: string,"p_email"?: string,"p_end"?: string,"p_interval"?: string,"p_metrics"?: (string)[],"p_org_id"?: string,"p_start"?: string }; Returns: Json
                           },
"my_organizations":
{ Args: { "p_page"?: number,"p_page_size"?: number }; Returns: Json
                           },
"my_profile":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"newest_migration":
{ Args: Record<PropertyKey, never>; Returns: string
                           },
"note_disk_level":
{ Args: { "p_bytes": number,"p_limit_bytes": number }; Returns: Json
                           },
"organization":
{ Args: { "p_org_id": string }; Returns: Json
                           },
"organization_api_keys":
{ Args: { "p_org_id": string,"p_page": number,"p_page_size": number }; Returns: Json
                           },
"organization_audit":
{ Args: { "p_action"?: string,"p_actor_id"?: string,"p_end"?: string,"p_from"?: string,"p_object_type"?: string,"p_org_id": string,"p_page": number,"p_page_size": number,"p_start"?: string,"p_to"?: string }; Returns: Json
                           },
"organization_invitations":
{ Args: { "p_org_id": string,"p_page": number,"p_page_size": number }; Returns: Json
                           },
"organization_members":
{ Args: { "p_org_id": string,"p_page": number,"p_page_size": number }; Returns: Json
                           },
"ping":
{ Args: Record<PropertyKey, never>; Returns: string
                           },
"public_organization":
{ Args: { "p_public_id": string }; Returns: string
                           },
"remove_member":
{ Args: { "p_org_id": string,"p_user_id": string }; Returns: undefined
                           },
"rename_team":
{ Args: { "p_id": string,"p_name": string }; Returns: Json
                           },
"replay_dead_letter":
{ Args: { "p_id": string }; Returns: Json
                           },
"reset_etl_job":
{ Args: { "p_id": string }; Returns: Json
                           },
"revoke_api_key":
{ Args: { "p_id": string,"p_org_id": string }; Returns: undefined
                           },
"revoke_invitation":
{ Args: { "p_invitation_id": string,"p_org_id": string }; Returns: undefined
                           },
"rotate_api_key":
{ Args: { "p_id": string,"p_new_id": string,"p_org_id": string,"p_overlap": string,"p_secret_hash": string }; Returns: Json
                           },
"run_etl_job":
{ Args: { "p_id": string }; Returns: Json
                           },
"scheduled_calls":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"seconds_since_cron_heartbeat":
{ Args: Record<PropertyKey, never>; Returns: number
                           },
"seed_user":
{ Args: { "p_email": string }; Returns: Json
                           },
"service_status":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"set_ai_budget":
{ Args: { "p_budget": Json,"p_org_id"?: string }; Returns: Json
                           },
"set_ai_developer":
{ Args: { "p_aliases": (string)[],"p_developer_id": string,"p_org_id": string }; Returns: Json
                           },
"set_ai_model_policy":
{ Args: { "p_models": (string)[],"p_org_id": string,"p_repository": string }; Returns: Json
                           },
"set_ai_price":
{ Args: { "p_org_id": string,"p_price": Json }; Returns: Json
                           },
"set_data_retention":
{ Args: { "p_days": Json,"p_org_id": string }; Returns: Json
                           },
"set_digest_preference":
{ Args: { "p_email"?: string,"p_enabled": boolean }; Returns: Json
                           },
"set_member_role":
{ Args: { "p_org_id": string,"p_role": Database["public"]['Enums']["member_role"],"p_user_id": string }; Returns: Json
                           },
"set_team_member":
{ Args: { "p_id": string,"p_is_member": boolean,"p_login": string }; Returns: undefined
                           },
"set_team_repository":
{ Args: { "p_id": string,"p_is_theirs": boolean,"p_repository": string }; Returns: undefined
                           },
"sign_in_address":
{ Args: { "p_login": string }; Returns: string
                           },
"store_ai_records":
{ Args: { "p_org_id": string,"p_records": Json,"p_sources"?: Json }; Returns: Json
                           },
"store_delivery":
{ Args: { "p_count_duplicates"?: boolean,"p_items": Json,"p_kind": string,"p_org_id": string }; Returns: Json
                           },
"store_webhook_delivery":
{ Args: { "p_delivery_id": string,"p_event": string,"p_payload": Json }; Returns: Json
                           },
"take_rate_limit":
{ Args: { "p_bucket": string,"p_limit": number,"p_tokens"?: number,"p_window_seconds": number }; Returns: Json
                           },
"team":
{ Args: { "p_id": string }; Returns: Json
                           },
"teams":
{ Args: { "p_org_id": string,"p_page": number,"p_page_size": number }; Returns: Json
                           },
"track_events":
{ Args: { "p_events": Json,"p_org_id": string }; Returns: Json
                           },
"transfer_ownership":
{ Args: { "p_org_id": string,"p_user_id": string }; Returns: undefined
                           },
"undelivered_alerts":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"update_etl_job":
{ Args: { "p_changes": Json,"p_id": string }; Returns: Json
                           },
"update_my_profile":
{ Args: { "p_changes": Json }; Returns: Json
                           },
"update_organization":
{ Args: { "p_changes": Json,"p_org_id": string }; Returns: Json
                           },
"use_refresh_token":
{ Args: { "p_token_hash": string }; Returns: boolean
                           }
          }
          Enums: {
            "age_group": "unknown"|"<18"|"18-40"|">40","digest_state": "pending"|"sending"|"sent"|"stored"|"failed"|"skipped"|"expired","gender": "unknown"|"Male"|"Female"|"Other","member_role": "owner"|"admin"|"member"|"viewer","metric_aggregation": "sum"|"avg"|"min"|"max"|"last","metric_direction": "higher_is_better"|"lower_is_better"|"neutral"
          }
          CompositeTypes: {
            [_ in never]: never
          }
        }
}

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">]

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
  ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R
    }
    ? R
    : never
  : never

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I
    }
    ? I
    : never
  : never

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U
    }
    ? U
    : never
  : never

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
  ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
  ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never

export const Constants = {
  "public": {
          Enums: {
            "age_group": ["unknown", "<18", "18-40", ">40"],"digest_state": ["pending", "sending", "sent", "stored", "failed", "skipped", "expired"],"gender": ["unknown", "Male", "Female", "Other"],"member_role": ["owner", "admin", "member", "viewer"],"metric_aggregation": ["sum", "avg", "min", "max", "last"],"metric_direction": ["higher_is_better", "lower_is_better", "neutral"]
          }
        }
} as const
