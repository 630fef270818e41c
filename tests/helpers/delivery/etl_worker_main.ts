import etl from "../../../supabase/functions/etl/index.ts";

/** The function etl alone, on a free port that it prints. */
if (import.meta.main) {
  Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) => console.log(`listening on ${port}`),
  }, (request) => etl.fetch(request));
}
