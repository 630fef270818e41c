/** The Deno version that the hosted runtime is compatible with. */
export const hostedVersion = "2.1.4";

/** How long a download or type-checking may take, in milliseconds. */
const patience = 300_000;

/** The path of the hosted runtime's Deno, from npm. Asked for in a folder outside this project, whose lock it cannot read. */
export async function hostedDeno(cwd: string): Promise<string> {
  const stdout = await run("npx", [
    "-y",
    `deno@${hostedVersion}`,
    "eval",
    "console.log(Deno.version.deno, Deno.execPath())",
  ], cwd);
  const [version, path] = stdout.trim().split(" ");
  if (version !== hostedVersion || !path) throw new Error(`deno@${hostedVersion} is ${stdout}`);
  return path;
}

/** Runs a program to its end and answers its output; throws with what it said when it fails or takes too long. */
export async function run(command: string, args: string[], cwd: string): Promise<string> {
  const output = await new Deno.Command(command, {
    args,
    cwd,
    env: { DENO_TLS_CA_STORE: "system", DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
    stdin: "null",
    signal: AbortSignal.timeout(patience),
  }).output();
  const [stdout = "", stderr = ""] = [output.stdout, output.stderr].map((bytes) =>
    new TextDecoder().decode(bytes)
  );
  if (!output.success) throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}
