import axe from "axe-core";
import type { Page } from "playwright-core";

const options = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
};

interface Violation {
  id: string;
  help: string;
  nodes: { html: string }[];
}

/** What axe finds on a page against WCAG 2.2 AA: one line for each rule and element that breaks it. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: Violation[] }>(
    `axe.run(document, ${JSON.stringify(options)})`,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`)
  );
}
