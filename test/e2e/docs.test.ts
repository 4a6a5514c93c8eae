import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../local/paths.ts";

const pages = globSync(["*.md", "docs/**/*.md"], { cwd: root }).toSorted();
/** No part of the checkout: history, packages, and what running Mentha leaves in it. */
const exclude = ["{node_modules,dist,coverage}/**", ".{git,wrangler,mentha,vitest,stryker-tmp}/**"];
const files = globSync(["**/*", ".*/**/*"], { cwd: root, exclude });
const exists = new Set(files);
const folders = new Set(files.flatMap((path) => (path.includes("/") ? [path.slice(0, path.indexOf("/"))] : [])));

/** A page without its blocks of code, which show what is typed and answered. */
const proseOf = (page: string): string => readFileSync(`${root}/${page}`, "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");

/** What a page says in backticks and is a path: it begins with one of our folders, or it ends as our sources do and may leave out how it begins. */
function pathsIn(page: string): string[] {
  const words = [...proseOf(page).matchAll(/`([^`\n]+)`/g)].flatMap(([, code = ""]) => code.split(/\s+/));
  return [...new Set(words.filter((word) => /^[\w.*/-]+$/.test(word) && (isWhole(word) || /\w\.ts$/.test(word))))];
}

const isWhole = (path: string): boolean => path.includes("/") && folders.has(path.slice(0, path.indexOf("/")));

function isThere(path: string): boolean {
  if (exists.has(path.replace(/\/$/, ""))) return true;
  const pattern = isWhole(path) ? path : `**/${path}`;
  return files.some((file) => posix.matchesGlob(file, pattern));
}

const linksIn = (page: string): string[] => [...new Set([...proseOf(page).matchAll(/\]\(((?!https?:)[^)\s]+)\)/g)].map(([, target = ""]) => target))];

function leadsSomewhere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : posix.join(posix.dirname(page), path).replace(/\/$/, "");
  return exists.has(target) && (anchor === undefined || anchorsOf(target).has(anchor));
}

/** The anchors that GitHub makes of headings: lower case, hyphens for spaces, no other signs, and a number for one that was there before. */
function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of proseOf(page).matchAll(/^#+ (.+)$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const plain = text.replaceAll(/[^\p{L}\p{N}_ -]/gu, "").replaceAll(" ", "-");
    let anchor = plain;
    for (let n = 1; anchors.has(anchor); n += 1) anchor = `${plain}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}

describe("the pages", () => {
  it("are found, with the paths and links in them", () => {
    expect(pages).toEqual(expect.arrayContaining(["README.md", "CONTRIBUTING.md", "docs/security.md", "docs/decisions/001-one-worker-script.md"]));
    expect(pathsIn("docs/security.md").length).toBeGreaterThan(100);
    expect(linksIn("README.md").length).toBeGreaterThan(20);
  });

  it.each(pages)("name files that exist: %s", (page) => {
    expect(pathsIn(page).filter((path) => !isThere(path))).toEqual([]);
  });

  it.each(pages)("link to pages and headings that exist: %s", (page) => {
    expect(linksIn(page).filter((link) => !leadsSomewhere(page, link))).toEqual([]);
  });
});

describe("the page about security", () => {
  const page = proseOf("docs/security.md");
  const [, met = "", notMet = ""] = page.split(/^## (?:What is met|Not met yet|Does not apply)$/m);
  const levelsOf = (part: string): string[] => [...part.matchAll(/^\| \d+\.\d+\.\d+ \| ([12]) \|/gm)].map(([, level = ""]) => level);

  it.each([
    { said: "met", part: met },
    { said: "not met yet", part: notMet },
  ])("counts the requirements that it lists: $said", ({ said, part }) => {
    const levels = levelsOf(part);
    const counts = [levels.filter((level) => level === "1").length, levels.filter((level) => level === "2").length, levels.length];
    const totals = new RegExp(`^\\| ${said} \\| (.*) \\|$`, "m").exec(page)?.[1];
    expect(totals).toBe(counts.join(" | "));
  });

  it("lists no requirement twice", () => {
    const numbers = [...`${met}${notMet}`.matchAll(/^\| (\d+\.\d+\.\d+) \|/gm)].map(([, number]) => number);
    expect(numbers).toHaveLength(new Set(numbers).size);
    expect(numbers.length).toBeGreaterThan(150);
  });
});
