import { api, useAnswer } from "../api.ts";
import { useOrganization } from "../organization.tsx";

/** How often it is looked whether a key was used, in milliseconds. */
const lookEvery = 3000;

/** Whether a new key has been used yet; it turns green by itself. */
export function FirstUse({ id: keyId }: { id: string }) {
  const { id } = useOrganization();
  const query = { page_size: 100 };
  const keys = useAnswer(
    ["key-use", id, keyId],
    (signal) => api.GET("/v1/orgs/{id}/keys", { params: { path: { id }, query }, signal }),
    {
      refetchInterval: ({ state: { data } }) =>
        data?.items.some((key) => key.id === keyId && key.last_used_at !== null)
          ? false
          : lookEvery,
    },
  );
  const isUsed = keys.data?.items.some((key) => key.id === keyId && key.last_used_at !== null);
  return (
    <p role="status" class={isUsed ? "arrival good" : "arrival"}>
      {isUsed ? "✓ The first call with it has arrived." : "Waiting for the first event…"}
    </p>
  );
}
