const schemas = new URL("../../../supabase/schemas/", import.meta.url);

/** What jobs call: `private.call_function('job', '/path', 'body')` wherever it stands, in jobs' commands with doubled quotes. */
export async function callsOfJobs(): Promise<{ path: string; body: string }[]> {
  const texts = await textsBelow();
  return texts.flatMap((text) =>
    [...text.matchAll(/call_function\(\s*'+[\w-]+'+,\s*'+(\/[\w/-]+)'+(?:,\s*'([^']+)')?\)/g)]
      .map(([, path = "", body = "{}"]) => ({ path, body }))
  );
}

/** The files of the schema. */
export async function textsBelow(folder: URL = schemas): Promise<string[]> {
  const texts: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const url = new URL(isDirectory ? `${name}/` : name, folder);
    if (isDirectory) texts.push(...await textsBelow(url));
    else texts.push(await Deno.readTextFile(url));
  }
  return texts;
}
