import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderReportHtml } from "../../../../shared/audits/report/html.ts";
import type { Report } from "../../../../shared/audits/report/schemas.ts";
import { sampleReport } from "../../../helpers/sample-report.ts";

let browser: Browser;

beforeAll(async () => {
  // Not its own list of arguments: with --single-process the browser dies when its first page is closed.
  browser = await chromium.launch({ executablePath: await sparticuz.executablePath(), args: ["--no-sandbox", "--font-render-hinting=none"], headless: true });
});
afterAll(() => browser.close());

interface Opened {
  readonly page: Page;
  /** What the page asked of any server. */
  readonly requests: string[];
  /** What the browser had to complain about, a refused request included. */
  readonly complaints: string[];
}

async function open(report: Report, options: Parameters<Browser["newPage"]>[0] = {}): Promise<Opened> {
  const page = await browser.newPage(options);
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  await page.setContent(renderReportHtml(report), { waitUntil: "load" });
  return { page, requests: requests.filter((url) => !url.startsWith("data:")), complaints };
}

const unfold = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });

/** A report whose every text is one endless word and a try to run a script. */
function hostileReport(): Report {
  const text = `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>${"x".repeat(400)}`;
  const url = `https://shop.example/${"y".repeat(1_500)}"><script>document.title='owned'</script>`;
  return {
    ...sampleReport,
    audit: { ...sampleReport.audit, url, status: "cancelled", scores: null, error: { code: "x", message: text } },
    rules: sampleReport.rules.map((reported) => ({
      ...reported,
      rule: { ...reported.rule, title: text, why: text, fix: text },
      findings: reported.findings.map((finding) => ({ ...finding, pageUrl: url, message: text, evidence: [text, url, "javascript:alert(1)"] })),
    })),
    slowest: sampleReport.slowest.map((page) => ({ ...page, url })),
    notes: [text],
  };
}

/** An audit that failed before it saw a page: most parts of the report are missing. */
const failed: Report = {
  ...sampleReport,
  audit: { ...sampleReport.audit, status: "failed", scores: null, counts: { error: 0, warning: 0, info: 0 }, error: { code: "x", message: "No answer." } },
  pages: { total: 0, byStatus: [], redirects: 0, failed: 0 },
  rules: [],
  passed: [],
  slowest: [],
};

const reports = [
  { name: "an ordinary report", report: sampleReport },
  { name: "a Spanish report", report: { ...sampleReport, language: "es" as const } },
  { name: "a report of a hostile site", report: hostileReport() },
  { name: "a report of an audit that failed", report: failed },
];

describe.each(reports)("$name in a browser", ({ report }) => {
  it("asks no server for anything and gives the browser nothing to complain about", async () => {
    const { page, requests, complaints } = await open(report);
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
    expect(await page.title()).not.toBe("owned");
    await page.close();
  });

  it.each([360, 768, 1280])("fits %i pixels without sideways scrolling, folded and unfolded", async (width) => {
    const { page } = await open(report, { viewport: { width, height: 800 } });
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await unfold(page);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.close();
  });

  it("has one h1, and no heading skips a level", async () => {
    const { page } = await open(report);
    const levels = await page.locator("h1, h2, h3, h4, h5, h6").evaluateAll((headings) => headings.map(({ tagName }) => Number(tagName.slice(1))));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.filter((level, i) => level > (levels[i - 1] ?? 0) + 1)).toEqual([]);
    await page.close();
  });
});

describe("a report in a browser", () => {
  it("has a table of contents whose every entry leads somewhere", async () => {
    const { page } = await open(sampleReport);
    const targets = await page.locator("nav a").evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
    expect(targets.length).toBeGreaterThan(1);
    for (const target of targets) expect(await page.locator(target).count(), target).toBe(1);
    await page.close();
  });

  it.each(["light", "dark"] as const)("is readable in %s colours: all text has a contrast of 4.5 to 1 (WCAG 2.2, 1.4.3)", async (colorScheme) => {
    const { page } = await open(sampleReport, { colorScheme, viewport: { width: 1280, height: 800 } });
    await unfold(page);
    expect(await page.evaluate(poorContrast)).toEqual([]);
    await page.close();
  });

  it("shows a problem's evidence when its heading is opened with the keyboard", async () => {
    const { page } = await open(sampleReport);
    const summary = page.locator("#findings ~ .category summary").first();
    const inside = summary.locator("xpath=../*[contains(@class, 'inside')]");
    expect(await inside.isVisible()).toBe(false);
    await summary.focus();
    await page.keyboard.press("Enter");
    expect(await inside.isVisible()).toBe(true);
    await page.close();
  });

  it("leads the keyboard past the head at the first press of Tab", async () => {
    const { page } = await open(sampleReport);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("href"))).toBe("#report");
    await page.close();
  });

  it("stands on a phone with its counters two by two and its contents in one row, and breaks no word of an address", async () => {
    const url = "https://shop.example/collections/spring/2026/index.html";
    const { page } = await open({ ...sampleReport, audit: { ...sampleReport.audit, url } }, { viewport: { width: 390, height: 800 } });
    const rows = (selector: string) =>
      page.locator(selector).evaluateAll((items) => [...new Set(items.map((item) => item.getBoundingClientRect().top))].length);
    expect(await rows(".tiles li")).toBe(2);
    expect(await rows("nav li")).toBe(1);
    const broken = await page.locator("h1 a").evaluate((link) => {
      const parts = [...link.childNodes].flatMap((node) => (node instanceof Text ? [node] : []));
      const lines = (part: Text) => {
        const range = document.createRange();
        range.selectNode(part);
        return range.getClientRects().length;
      };
      return parts.filter((part) => lines(part) > 1).map((part) => part.data);
    });
    expect(broken).toEqual([]);
    await page.close();
  });

  it("prints with every finding unfolded", async () => {
    const { page } = await open(sampleReport);
    const items = page.locator(".found > li");
    expect(await items.count()).toBeGreaterThan(10);
    await page.emulateMedia({ media: "print" });
    // The print styles reach the layout with a later frame, which a busy machine may draw late.
    const hidden = () => items.evaluateAll((all) => all.filter((item) => !item.checkVisibility({ contentVisibilityAuto: true })).length);
    await expect.poll(hidden, { timeout: 30_000 }).toBe(0);
    expect((await page.pdf({ format: "A4" })).subarray(0, 5).toString()).toBe("%PDF-");
    await page.close();
  });
});

/** Runs in the page: texts whose colour is too close to what they stand on. */
function poorContrast(): string[] {
  type Colour = readonly [number, number, number, number];
  const parse = (css: string): Colour => {
    const [r = 0, g = 0, b = 0, alpha = 1] = (css.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b, alpha];
  };
  const luminance = ([r, g, b]: Colour): number => {
    const linear = (value: number) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  const over = (front: Colour, back: Colour): Colour => {
    const mix = (i: 0 | 1 | 2) => front[i] * front[3] + back[i] * (1 - front[3]);
    return [mix(0), mix(1), mix(2), 1];
  };
  const behind = (element: Element | null): Colour => {
    if (element === null) return [255, 255, 255, 1];
    const own = parse(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, behind(element.parentElement));
  };
  const poor: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (element === null || (node.textContent ?? "").trim() === "" || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const back = behind(element);
    const front = element instanceof SVGElement ? parse(style.fill) : parse(style.color);
    const [light, dark] = [luminance(over([front[0], front[1], front[2], front[3] * Number(style.opacity)], back)), luminance(back)].sort((a, b) => b - a);
    const ratio = ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${element.tagName} ${(node.textContent ?? "").trim().slice(0, 40)}`);
  }
  return poor;
}
