import { dirname, join, normalize } from "node:path/posix";
import { anchors, codeBlocks, inlineCode, links } from "./markdown.ts";

/** Something a page says that is not so. */
export interface Complaint {
  page: string;
  line: number;
  message: string;
}

/** What pages are compared with. */
export interface Project {
  /** Text of every page by its path from the root. */
  pages: Map<string, string>;
  /** Whether the project has a file or folder, by its path from the root. */
  has(path: string): boolean;
  /** The options that each task of `deno.json` knows; null where it hands them on to another program. */
  tasks: Map<string, Set<string> | null>;
  /** `GET /v1/…` of every route, as the OpenAPI document has it. */
  routes: Set<string>;
}

/** Links whose file or anchor is not there. Addresses outside the project are left alone: nothing here may need a network. */
export function brokenLinks({ pages, has }: Project): Complaint[] {
  return eachPage(pages, (page, text) =>
    links(text).flatMap(({ target, line }) => {
      if (/^[a-z]+:/i.test(target)) return [];
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? page : normalize(join(dirname(page), path));
      if (file.startsWith("..") || !has(file)) {
        return [{ page, line, message: `${target}: there is no ${file}` }];
      }
      const text = pages.get(file);
      return anchor === undefined || text === undefined || anchors(text).has(anchor)
        ? []
        : [{ page, line, message: `${target}: ${file} has no heading #${anchor}` }];
    }));
}

/** Tasks that `deno.json` does not have, and options that a task does not know. */
export function unknownTasks({ pages, tasks }: Project): Complaint[] {
  return eachPage(
    pages,
    (page, text) =>
      commands(text).flatMap(({ command, line }) =>
        [...command.matchAll(/\bdeno(?:@\S+)? task ([a-z:]+)([^|;&`]*)/g)]
          .flatMap(([, task = "", rest = ""]) => {
            const options = tasks.get(task);
            if (options === undefined) return [{ page, line, message: `there is no task ${task}` }];
            return [...rest.matchAll(/(?<=^|\s)--[a-z][a-z-]*/g)]
              .filter(([option]) => options !== null && !options.has(option))
              .map(([option]) => ({ page, line, message: `task ${task} has no option ${option}` }));
          })
      ),
  );
}

/** Routes that the OpenAPI document does not have: in prose as `GET /v1/…`, in commands as what `curl` or a helper is given. */
export function unknownRoutes({ pages, routes }: Project): Complaint[] {
  const known = [...routes].map((route) => {
    const pattern = route.replaceAll(/[.]/g, "\\.").replaceAll(/\{[^}]+\}/g, "[^/]+");
    return new RegExp(`^${pattern}$`);
  });
  const paths = known.map(({ source }) => new RegExp(source.replace(/^\^\S+ /, "^")));
  return eachPage(pages, (page, text) => [
    ...inlineCode(text).flatMap(({ text: code, line }) => {
      const route = /^(?:GET|POST|PUT|PATCH|DELETE) \/v1\/[^?\s]*/.exec(code)?.[0];
      if (route === undefined || route.includes("…")) return [];
      return known.some((one) => one.test(route))
        ? []
        : [{ page, line, message: `there is no route ${route}` }];
    }),
    ...shellBlocks(text).flatMap(({ text: script, line }) =>
      [...script.matchAll(/(?:\$API|\/functions\/v1)(\/[^?"'\s]*)/g)]
        .map(([, path = ""]) => `/v1${path.replaceAll(/\$\{?\w+\}?/g, "x")}`)
        .filter((path) => !paths.some((one) => one.test(path)))
        .map((path) => ({ page, line, message: `there is no route ${path}` }))
    ),
  ]);
}

/** Files and folders of the project that pages name between backticks and that are not there. */
export function missingFiles({ pages, has }: Project): Complaint[] {
  const own =
    /^(?:supabase|local|tools|tests|docs|bench|findings|client|\.ci|\.github)\/(?!\S*\.env$)[\w./-]*$/;
  return eachPage(pages, (page, text) =>
    inlineCode(text)
      .filter(({ text: path }) => own.test(path) && !has(path.replace(/\/$/, "")))
      .map(({ text: path, line }) => ({ page, line, message: `there is no ${path}` })));
}

/**
 * Lines that an interactive zsh would not take as they are: it knows no comments, so `# Is it there?` is a command with a pattern that
 * matches nothing, and an apostrophe behind a `#` opens a quotation. `!` inside double quotes recalls history.
 */
export function unpastable({ pages }: Project): Complaint[] {
  return eachPage(
    pages,
    (page, text) =>
      shellBlocks(text).flatMap(({ text: script, line }) =>
        script.split("\n").flatMap((one, index) => {
          const at = { page, line: line + index + 1 };
          if (/(?:^|\s)#(?:\s|$)/.test(one)) return [{ ...at, message: "a comment in a command" }];
          if (/"[^"]*![^"]*"/.test(one)) return [{ ...at, message: "! inside double quotes" }];
          return [];
        })
      ),
  );
}

/** Blocks of JSON that are none. */
export function brokenJson({ pages }: Project): Complaint[] {
  return eachPage(
    pages,
    (page, text) =>
      codeBlocks(text).filter(({ language }) => language === "json").flatMap(({ text, line }) => {
        try {
          JSON.parse(text);
          return [];
        } catch (error) {
          return [{ page, line, message: String(error) }];
        }
      }),
  );
}

/** Ids of definitions that the code answers with and the page of numbers does not explain, and the other way round. */
export function undefinedNumbers(page: string, text: string, inCode: Set<string>): Complaint[] {
  const explained = new Map<string, number>();
  for (const { text: code, line } of inlineCode(text)) {
    if (/^[a-z]+\.[a-z_]+@\d+$/.test(code) && !explained.has(code)) explained.set(code, line);
  }
  return [
    ...[...inCode].filter((id) => !explained.has(id)).sort()
      .map((id) => ({ page, line: 1, message: `does not explain ${id}` })),
    ...[...explained].filter(([id]) => !inCode.has(id))
      .map(([id, line]) => ({ page, line, message: `explains ${id}, which no answer names` })),
  ];
}

/** The blocks of a page that a shell would run. */
export function shellBlocks(markdown: string) {
  return codeBlocks(markdown).filter(({ language }) => ["sh", "bash"].includes(language));
}

/** Whatever a page tells to type: lines of its shell blocks, with continued ones joined, and code between backticks. */
export function commands(markdown: string): { command: string; line: number }[] {
  const typed = shellBlocks(markdown).flatMap(({ text, line }) => {
    const joined = text.replaceAll(/\\\n\s*/g, " ");
    return joined.split("\n").map((command) => ({ command, line }));
  });
  return [...typed, ...inlineCode(markdown).map(({ text, line }) => ({ command: text, line }))];
}

function eachPage(
  pages: Map<string, string>,
  look: (page: string, text: string) => Complaint[],
): Complaint[] {
  return [...pages].flatMap(([page, text]) => look(page, text));
}
