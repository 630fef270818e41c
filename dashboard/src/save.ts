/** Hands a file to the browser. */
export function save(blob: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name.toLowerCase().replaceAll(/[^a-z0-9.]+/g, "-");
  link.click();
  URL.revokeObjectURL(link.href);
}
