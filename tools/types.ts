import { fileURLToPath } from "node:url";
import { generateTypes, typesFile } from "./database_types.ts";
import { withMigratedDatabase } from "./migrated_database.ts";
import { NoPostgres } from "./postgres_server.ts";

/** Writes `database.types.ts` from a freshly migrated database; with `--check` only says whether it has drifted. */
if (import.meta.main) {
  try {
    const types = await withMigratedDatabase(generateTypes);
    if (!Deno.args.includes("--check")) {
      await Deno.writeTextFile(typesFile, types);
      console.log(`Wrote ${fileURLToPath(typesFile)}`);
    } else if (await Deno.readTextFile(typesFile) !== types) {
      console.error(
        "database.types.ts is not what the migrations say: run `deno task types` and commit it",
      );
      Deno.exit(1);
    }
  } catch (error) {
    if (!(error instanceof NoPostgres)) throw error;
    console.error(`types: ${error.message}`);
    Deno.exit(1);
  }
}
