import { StartError } from "./start_error.ts";

/**
 * Takes the state folder for this process: two on one PGlite folder would destroy it. The operating system
 * holds the lock and drops it when the process ends in whatever way, so none is ever left behind.
 */
export async function lockState(stateDir: string): Promise<{ release(): void }> {
  const path = `${stateDir}/lock`;
  const file = await Deno.open(path, { create: true, read: true, write: true });
  if (!await file.tryLock(true)) {
    file.close();
    const holder = (await Deno.readTextFile(path)).trim();
    throw new StartError(
      `${stateDir} is in use by process ${
        holder || "unknown"
      }: stop it, or start with --memory or --state DIR`,
    );
  }
  await file.truncate(0);
  await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
  return { release: () => file.close() };
}
