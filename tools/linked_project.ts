const note = new URL("../supabase/.temp/project-ref", import.meta.url);

/** The reference that `supabase link` noted, or undefined where nothing is linked. */
export async function linkedProject(): Promise<string | undefined> {
  const reference = await Deno.readTextFile(note).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  return reference.trim() || undefined;
}
