import type { Session } from "./database.ts";

/** What `alter role … set` says of the roles that requests run as. */
export class RoleSettings {
  #settings = new Map<string, Record<string, string>>();

  /** Reads them as they are now; PostgREST does so when it starts and when it is told to reload. */
  async read(database: Session): Promise<void> {
    const rows = await database.query<{ role: string; name: string; value: string }>(SETTINGS);
    const all = (role: string) =>
      Object.fromEntries(
        rows.filter((row) => row.role === role).map(({ name, value }) => [name, value]),
      );
    // PostgREST logs in as authenticator, so what that role has holds where the role of a request says nothing else.
    const common = all("authenticator");
    this.#settings = new Map(
      ROLES.map((role) => [role, { ...common, ...all(role) }]),
    );
  }

  /** The settings of a request's role. */
  of(role: string): Record<string, string> {
    return this.#settings.get(role) ?? {};
  }
}

const ROLES = ["anon", "authenticated", "service_role"];

/** Only what everybody may set: the rest takes a superuser, or a new connection. */
const SETTINGS = `
  select r.rolname as role, s.name, substr(pair, strpos(pair, '=') + 1) as value
  from pg_catalog.pg_db_role_setting d
  join pg_catalog.pg_roles r on r.oid = d.setrole
  cross join unnest(d.setconfig) as pair
  join pg_catalog.pg_settings s on s.name = split_part(pair, '=', 1) and s.context = 'user'
  where d.setdatabase = 0`;
