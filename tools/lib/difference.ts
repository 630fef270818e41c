/** The lines that are in one text only, `-` of the first and `+` of the second, with three around them; empty if none. */
export async function difference(first: string[], second: string[]): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    const write = (name: string, lines: string[]) =>
      Deno.writeTextFile(`${folder}/${name}`, `${lines.join("\n")}\n`);
    await write("first", first);
    await write("second", second);
    const { code, stdout, stderr } = await new Deno.Command("diff", {
      args: ["--unified=3", "first", "second"],
      cwd: folder,
    }).output();
    if (code > 1) throw new Error(new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout).split("\n").slice(2).join("\n");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
