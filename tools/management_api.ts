/** What one function's deploy uploads. Paths are as the CLI names them. */
export interface Upload {
  slug: string;
  entrypoint: string;
  importMap: string;
  files: Map<string, string>;
}

/** A deploy request as it came. */
export interface RecordedDeploy {
  slug: string;
  form: FormData;
}

/** A local stand-in for the part of Supabase's management API that `secrets set` and `functions deploy --use-api` talk to. */
export function startManagementApi(reference: string) {
  const uploads: RecordedDeploy[] = [];
  const secrets: Record<string, string> = {};
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const url = new URL(request.url);
      const base = `/v1/projects/${reference}/functions`;
      if (url.pathname === base && ["GET", "PUT"].includes(request.method)) {
        return Response.json([]);
      }
      if (url.pathname === `${base}/deploy` && request.method === "POST") {
        const slug = url.searchParams.get("slug") ?? "";
        uploads.push({ slug, form: await request.formData() });
        return Response.json(deployed(slug), { status: 201 });
      }
      if (url.pathname === `/v1/projects/${reference}/secrets` && request.method === "POST") {
        const given: { name: string; value: string }[] = await request.json();
        for (const { name, value } of given) secrets[name] = value;
        return Response.json(null, { status: 201 });
      }
      return Response.json({ message: `No ${request.method} ${url.pathname}` }, { status: 404 });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    uploads,
    secrets,
    stop: () => server.shutdown(),
  };
}

/** Reads the metadata and the files of a deploy. */
export async function readUpload({ slug, form }: RecordedDeploy): Promise<Upload> {
  const part = form.get("metadata");
  const metadata: { entrypoint_path?: string; import_map_path?: string } = JSON.parse(
    part instanceof File ? await part.text() : part ?? "{}",
  );
  const files = new Map<string, string>();
  for (const file of form.getAll("file")) {
    if (file instanceof File) files.set(file.name, await file.text());
  }
  return {
    slug,
    entrypoint: metadata.entrypoint_path ?? "",
    importMap: metadata.import_map_path ?? "",
    files,
  };
}

function deployed(slug: string) {
  return {
    id: crypto.randomUUID(),
    slug,
    name: slug,
    status: "ACTIVE",
    version: 1,
    created_at: 0,
    updated_at: 0,
    verify_jwt: false,
    entrypoint_path: "",
    import_map_path: "",
  };
}
