import { deepStrictEqual, ok } from "node:assert/strict";
import type { Page } from "playwright-core";
import { testEnv } from "../stack/api.ts";
import { violationsOf } from "./axe.ts";
import { type OpenPage, openPage } from "./chromium.ts";

/** Where the dashboard is served. */
export const url = testEnv("TEST_URL");

/** The sizes and themes that each screen is looked at in. */
const looks = [
  { width: 390, height: 844, colorScheme: "light" },
  { width: 390, height: 844, colorScheme: "dark" },
  { width: 1280, height: 860, colorScheme: "light" },
  { width: 1280, height: 860, colorScheme: "dark" },
] as const;

/** That a page fits its width and breaks no rule of axe, at each size, light and dark. */
export async function assertAccessible(page: Page): Promise<void> {
  for (const { width, height, colorScheme } of looks) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const wide = await page.evaluate<number>(
      "document.documentElement.scrollWidth - innerWidth",
    );
    ok(wide <= 0, `${page.url()} is ${wide} px too wide at ${width}`);
    deepStrictEqual(await violationsOf(page), [], `${page.url()} at ${width} ${colorScheme}`);
  }
}

/** Signs somebody in, by default one of the demo organization. */
export async function signIn(
  { page }: OpenPage,
  name: string,
  password = `${name}123`,
): Promise<void> {
  await page.fill("input[name=username]", name);
  await page.fill("input[name=password]", password);
  await page.click("button[type=submit]");
}

/** Opens an address of the dashboard as somebody. */
export async function openAs(name: string, path: string, password?: string): Promise<OpenPage> {
  const opened = await openPage(`${url}${path}`);
  await signIn(opened, name, password);
  return opened;
}

/** Every number that a screen shows as a tile, by its key. */
export async function tilesOf(
  page: Page,
): Promise<Record<string, { value: string; text: string }>> {
  const tiles = await page.locator("[data-metric]").all();
  return Object.fromEntries(
    await Promise.all(tiles.map(async (tile) => {
      const figure = tile.locator("[data-value]");
      const value = await figure.getAttribute("data-value") ?? "";
      return [await tile.getAttribute("data-metric"), { value, text: await figure.innerText() }];
    })),
  );
}
