import chromium from "@sparticuz/chromium";
import { type Browser, type Page, chromium as playwright } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Embedded, startEmbedded } from "../../local/embed.ts";

let mentha: Embedded;
let browser: Browser;
beforeAll(async () => {
  mentha = await startEmbedded({ quiet: true });
  browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: chromium.args });
});
afterAll(async () => {
  await browser.close();
  await mentha.close();
});

/** Opens a page and collects what the browser complains of: scripts that fail, requests that the page's policy stops. */
async function open(path: string, options: Parameters<Browser["newPage"]>[0] = {}) {
  const page = await browser.newPage(options);
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(mentha.url + path);
  return { page, complaints };
}

/** Ids of all operations that somebody sees who reads from the top to the bottom: of a long list only what is near is on the page. */
async function everyOperation(page: Page): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  await page.locator(".opblock").first().waitFor();
  for (let quiet = 0; quiet < 5; ) {
    const before = seen.size;
    for (const id of await page.locator(".opblock").evaluateAll((blocks) => blocks.map(({ id }) => id))) seen.add(id);
    quiet = seen.size === before ? quiet + 1 : 0;
    await page.mouse.wheel(0, 500);
    await page.waitForTimeout(100);
  }
  return seen;
}

describe("the API browser", () => {
  it("lists every operation and runs one, within its policy", async () => {
    const { page, complaints } = await open("/docs");
    const document: { paths: Record<string, object> } = await (await mentha.fetch("/openapi.json")).json();
    const operations = Object.values(document.paths).flatMap((path) => Object.keys(path));
    const shown = await everyOperation(page);
    expect(shown.size).toBe(operations.length);

    await page.goto(`${mentha.url}/docs#/Health/checkAlive`);
    await page.reload();
    const health = page.locator("#operations-Health-checkAlive");
    // A link to an operation shows it open.
    await health.getByRole("button", { name: "Execute" }).click();
    expect(await health.locator(".live-responses-table .response .response-col_status").first().innerText()).toBe("200");
    expect(complaints).toEqual([]);
  });

  it("is served with files that browsers may keep and must not take for anything else", async () => {
    for (const file of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
      const { status, headers } = await mentha.fetch(`/docs/${file}`);
      expect([status, headers.get("X-Content-Type-Options"), headers.get("Cache-Control")]).toEqual([200, "nosniff", "public, max-age=86400"]);
      expect(headers.get("Strict-Transport-Security")).toBe("max-age=63072000; includeSubDomains");
      expect(headers.get("Content-Security-Policy")).toBe("frame-ancestors 'none'");
    }
    expect((await mentha.fetch("/_headers")).status).toBe(404);
  });

  it("offers the key in X-API-Key first", async () => {
    const { page } = await open("/docs");
    await page.locator(".btn.authorize").click();
    const first = page.locator(".auth-container").first();
    expect(await first.innerText()).toMatch(/^apiKey\b[\s\S]*X-API-Key/);
    const seen = () =>
      first.evaluate((container) => ({
        focus: container.contains(document.activeElement),
        scrolled: document.querySelector(".modal-ux-content")?.scrollTop,
      }));
    await expect.poll(seen).toEqual({ focus: true, scrolled: 0 });
  });

  it.each(["light", "dark"] as const)("is as %s as the person asks", async (colorScheme) => {
    const { page, complaints } = await open("/docs", { colorScheme });
    await page.locator(".opblock").first().waitFor();
    // Text is dark on light, and light on dark.
    const ink = await page.locator(".info .title").evaluate((title) => Number(getComputedStyle(title).color.match(/\d+/)?.[0]));
    expect(ink > 128 ? "dark" : "light").toBe(colorScheme);
    expect(complaints).toEqual([]);
  });

  it("is one click from the front page", async () => {
    const { page, complaints } = await open("/");
    await page.getByRole("link", { name: "Browse and try the API" }).click();
    await page.locator(".opblock").first().waitFor();
    expect(complaints).toEqual([]);
  });
});
