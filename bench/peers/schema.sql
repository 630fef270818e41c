-- The table of bench/peers/fastapi_sqlalchemy.py, with the indexes that ours has: its identity, and its person's and its name's events.
create schema peer;
create table peer.events (
  org_id uuid not null,
  event_key uuid not null,
  occurred_at timestamptz not null,
  name text not null,
  person text,
  properties jsonb,
  primary key (event_key, occurred_at)
);
create index on peer.events (person, occurred_at) include (name);
create index on peer.events (org_id, name, occurred_at) include (person);
