import { startGithubServer } from "./github_server.ts";

/** Starts GitHub's and the mail provider's stand-ins; tests talk to them at the same URLs as the functions. */
export async function startStandIns() {
  const github = startGithubServer();
  const mail = await startMail();
  return {
    functionsEnvironment: { GITHUB_API_URL: github.url, RESEND_API_URL: mail.url },
    testEnvironment: { TEST_GITHUB_URL: github.url, TEST_MAIL_URL: mail.url },
    stop: async () => {
      await github.stop();
      await mail.stop();
    },
  };
}

async function startMail(): Promise<{ url: string; stop(): Promise<void> }> {
  const file = new URL("./mail_server.ts", import.meta.url).href;
  const { startMailServer } = await import(file).catch(() => ({}));
  return startMailServer
    ? await startMailServer()
    : { url: "http://127.0.0.1:9", stop: () => Promise.resolve() };
}
