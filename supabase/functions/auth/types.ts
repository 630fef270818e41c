import type { SupabaseClient } from "@supabase/supabase-js";

/** Supabase Auth, as one request reaches it. */
export type AuthServer = SupabaseClient["auth"];
