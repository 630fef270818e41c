/** Prints how many milliseconds the import of one module takes: `import_timer.ts PATH`. Runs on Deno 2.1.4 too. */
const started = performance.now();
await import(`file://${Deno.args[0]}`);
console.log(performance.now() - started);
Deno.exit(0);
