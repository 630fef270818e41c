import { hostedDeno, hostedVersion, run } from "./lib/hosted_deno.ts";
import { copySources } from "./lib/source_copy.ts";
import { functionNames } from "./project.ts";

/**
 * Shows that the functions' sources, copied out of this project, type-check on the hosted runtime's Deno. That what is deployed
 * answers there is shown by check_deploy.ts.
 */
if (import.meta.main) {
  const folder = await Deno.makeTempDir({ prefix: "hosted-functions-" });
  try {
    const names = await functionNames();
    await copySources(`${folder}/functions`);
    const entries = names.map((name) => `${name}/index.ts`);
    await run(
      await hostedDeno(folder),
      ["check", "--quiet", "--no-lock", "--config", "deno.json", ...entries],
      `${folder}/functions`,
    );
    console.log(`${names.length} functions type-check on Deno ${hostedVersion}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
