/** What stands where something is on its way, as high as that will be. */
export function Skeleton({ height }: { height: number }) {
  return (
    <div class="skeleton" style={{ height: `${height}px` }} role="status">
      <span class="hidden">Loading…</span>
    </div>
  );
}
