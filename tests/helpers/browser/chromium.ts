import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** A page of Debian's Chromium, with what went wrong in it. */
export interface OpenPage extends AsyncDisposable {
  page: Page;
  /** Errors that scripts did not catch, what they wrote as errors, and requests that got no answer, in order. */
  errors: string[];
  /** The addresses that were asked for, in order. */
  requested: string[];
}

const executablePath = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";

const args = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let browser: Promise<Browser> | undefined;

/**
 * Opens an address in a browser profile of its own: nothing stored, nobody signed in. One Chromium serves a test file; it ends
 * with the last page. CHROMIUM names another executable than Debian's. `userAgent` is what it says it is.
 */
export async function openPage(
  url: string,
  { userAgent }: { userAgent?: string } = {},
): Promise<OpenPage> {
  browser ??= launch();
  open += 1;
  let context: BrowserContext;
  let page: Page;
  try {
    context = await (await browser).newContext(userAgent === undefined ? {} : { userAgent });
    // Long, because a busy machine is slow and nothing here is about speed.
    context.setDefaultTimeout(120_000);
    page = await context.newPage();
  } catch (error) {
    await leave();
    throw error;
  }
  const errors: string[] = [];
  const requested: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("request", (request) => requested.push(request.url()));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    // Whoever goes on to another page ends what the one before was asking for.
    if (why !== "net::ERR_ABORTED") errors.push(`${request.method()} ${request.url()}: ${why}`);
  });
  const close = async () => {
    await context.close();
    await leave();
  };
  try {
    await page.goto(url);
  } catch (error) {
    await close();
    throw error;
  }
  return { page, errors, requested, [Symbol.asyncDispose]: close };
}

let open = 0;

async function leave(): Promise<void> {
  open -= 1;
  if (open > 0 || browser === undefined) return;
  const last = browser;
  browser = undefined;
  await (await last).close();
}

async function launch(): Promise<Browser> {
  try {
    return await chromium.launch({ executablePath, args });
  } catch (cause) {
    browser = undefined;
    throw new Error(`${executablePath} does not start: apt-get install chromium, or set CHROMIUM`, {
      cause,
    });
  }
}
