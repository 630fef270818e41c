import { startGithubServer } from "../github/github_server.ts";
import { startMailServer } from "../digest/mail_server.ts";

/** Starts GitHub's and the mail provider's stand-ins; tests talk to them at the same URLs as the functions. */
export async function startStandIns() {
  const github = startGithubServer();
  const mail = await startMailServer();
  return {
    functionsEnvironment: { GITHUB_API_URL: github.url, RESEND_API_URL: mail.url },
    testEnvironment: { TEST_GITHUB_URL: github.url, TEST_MAIL_URL: mail.url },
    stop: async () => {
      await github.stop();
      await mail.stop();
    },
  };
}
