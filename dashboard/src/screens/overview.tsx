/** The first view. */
export function Overview() {
  return <p>…</p>;
}
