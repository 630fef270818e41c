import type { Database } from "./database.ts";

/** Creates or updates secrets by name, if the migrations installed Vault. */
export async function putVaultSecrets(
  database: Database,
  secrets: Record<string, string>,
): Promise<void> {
  const [vault] = await database.query<{ installed: boolean }>(
    "select to_regclass('vault.secrets') is not null as installed",
  );
  if (!vault?.installed) return;
  for (const [name, secret] of Object.entries(secrets)) {
    const [known] = await database.query<{ id: string; decrypted_secret: string }>(
      "select id, decrypted_secret from vault.decrypted_secrets where name = $1",
      [name],
    );
    if (!known) {
      await database.query("select vault.create_secret($1, $2)", [secret, name]);
    } else if (known.decrypted_secret !== secret) {
      await database.query("select vault.update_secret($1::uuid, $2)", [known.id, secret]);
    }
  }
}
