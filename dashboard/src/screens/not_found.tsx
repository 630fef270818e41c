/** What is shown for an address that nothing is at. */
export function NotFound() {
  return (
    <main class="alone">
      <h1>There is nothing at this address</h1>
      <p>It may have been mistyped, or it is of an organization that you are not in.</p>
      <p>
        <a class="button" href="/">To your numbers</a>
      </p>
    </main>
  );
}
