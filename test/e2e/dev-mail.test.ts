import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Embedded, startEmbedded } from "../../local/embed.ts";

const hostile = `</pre><script>document.title=1</script><img src=x onerror="document.title=1">`;

let mentha: Embedded;
let browser: Browser;
beforeAll(async () => {
  mentha = await startEmbedded({ quiet: true });
  browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: chromium.args });
  await call("PATCH", "/api/v1/workspace", { name: hostile });
  await call("POST", "/api/v1/users/invite", { email: "ada@example.com", role: "qa" });
  while ((await mails()).length === 0) await sleep(100);
});
afterAll(async () => {
  await browser.close();
  await mentha.close();
});

async function call(method: string, path: string, body: unknown): Promise<void> {
  const headers = { "X-API-Key": mentha.key, "Content-Type": "application/json" };
  const answer = await mentha.fetch(path, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
}

async function mails(): Promise<{ to: string; subject: string; text: string }[]> {
  const list: { items: Awaited<ReturnType<typeof mails>> } = await (await mentha.fetch("/dev/mail.json")).json();
  return list.items;
}

describe("the mailbox for development, in a browser", () => {
  it("shows an e-mail as text and as HTML, and runs nothing that is in it", async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`${mentha.url}/dev/mail`);
    expect(await page.locator("tbody tr").count()).toBe(1);
    await page.getByRole("link", { name: hostile }).click();

    const [mail] = await mails();
    const code = /#token=([\w-]{43})\n/.exec(mail?.text ?? "")?.[1] ?? "";
    expect(code).not.toBe("");
    expect(await page.locator("pre").innerText()).toContain(code);
    const letter = page.frameLocator("iframe");
    await letter.getByRole("heading", { name: hostile }).waitFor();
    expect(await letter.locator("code").innerText()).toBe(code);
    expect(await letter.getByRole("link").evaluateAll((links) => links.map((link) => link.getAttribute("href")))).toEqual(
      [1, 2].map(() => expect.stringMatching(`/accept-invitation#token=${code}$`)),
    );
    expect(await page.title()).toBe(mail?.subject);
    expect(await page.locator("script, img").count()).toBe(0);
    expect(await letter.locator("script, img").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it.each(["light", "dark"] as const)("shows the HTML readable when the person asks for %s", async (colorScheme) => {
    const page = await browser.newPage({ colorScheme });
    await page.goto(`${mentha.url}/dev/mail`);
    await page.locator("tbody a").click();
    const letter = page.frameLocator("iframe");
    await letter.locator("h1").waitFor();
    const brightness = (selector: string, property: "color" | "backgroundColor") =>
      letter.locator(selector).evaluate((element, name) => Number(/\d+/.exec(getComputedStyle(element)[name])?.[0]), property);
    const [ink, paper] = [await brightness("h1", "color"), await brightness(".card", "backgroundColor")];
    expect(ink > paper ? "dark" : "light").toBe(colorScheme);
    expect(Math.abs(ink - paper)).toBeGreaterThan(150);
  });

  it("answers nobody who came by a name of somebody else's", async () => {
    const { port } = new URL(mentha.url);
    const statusAs = (host: string) =>
      new Promise<number>((done, fail) => {
        request({ host: "127.0.0.1", port, path: "/dev/mail.json", headers: { Host: host } }, (answer) => done(answer.resume().statusCode ?? 0))
          .on("error", fail)
          .end();
      });
    expect(await statusAs(`127.0.0.1:${port}`)).toBe(200);
    expect(await statusAs(`localhost:${port}`)).toBe(200);
    expect(await statusAs(`[::1]:${port}`)).toBe(200);
    expect(await statusAs(`evil.test:${port}`)).toBe(404);
  });
});
