import { setTimeout as sleep } from "node:timers/promises";
import chromium from "@sparticuz/chromium";
import { type Browser, type Page, chromium as playwright } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Embedded, startEmbedded } from "../../local/embed.ts";

const hostile = `</dd><script>document.title=1</script><img src=x onerror="document.title=1">`;
const password = "seven pale lanterns";
const otherPassword = "eleven quiet harbours";

let mentha: Embedded;
let browser: Browser;
beforeAll(async () => {
  mentha = await startEmbedded({ quiet: true });
  browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: chromium.args });
  await call("PATCH", "/api/v1/workspace", { name: hostile });
});
afterAll(async () => {
  await browser.close();
  await mentha.close();
});

async function call(method: string, path: string, body?: unknown, token?: string): Promise<Response> {
  const who: Record<string, string> = token === undefined ? { "X-API-Key": mentha.key } : { Authorization: `Bearer ${token}` };
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await mentha.fetch(path, { method, headers: { ...who, "Content-Type": "application/json" }, ...json });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

const signIn = (email: string, secret: string): Promise<Response> =>
  mentha.fetch("/api/v1/auth/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password: secret }),
  });

async function accessTokenOf(email: string): Promise<string> {
  const { accessToken }: { accessToken: string } = await (await signIn(email, password)).json();
  return accessToken;
}

/** Path and fragment of the link to a page that the newest e-mail to an address has, once there is one. */
async function linkTo(page: string, email: string): Promise<string> {
  for (;;) {
    const list: { items: { to: string; text: string }[] } = await (await mentha.fetch("/dev/mail.json")).json();
    const link = list.items
      .filter(({ to }) => to === email)
      .map(({ text }) => new RegExp(`http://localhost(/${page}#token=[\\w-]{43})\n`).exec(text)?.[1])
      .find((found) => found !== undefined);
    if (link !== undefined) return link;
    await sleep(100);
  }
}

async function invited(email: string): Promise<string> {
  await call("POST", "/api/v1/users/invite", { email, role: "qa" });
  return linkTo("accept-invitation", email);
}

/** Somebody with an account, whose address is proven. */
async function registered(email: string): Promise<void> {
  const token = (await invited(email)).split("=")[1];
  await call("POST", "/api/v1/auth/register", { token, name: "Grace", password });
}

/** Opens a page and collects what the browser complains of, but for the refusals that a test asked for. */
async function open(path: string, options: Parameters<Browser["newPage"]>[0] = {}): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage(options);
  const complaints: string[] = [];
  const isRefusal = (text: string) => /^Failed to load resource: the server responded with a status of 4\d\d /.test(text);
  page.on("console", (message) => message.type() === "error" && !isRefusal(message.text()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(mentha.url + path);
  return { page, complaints };
}

const storedIn = (page: Page) => page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]);

describe("the page of an invitation", () => {
  it("makes an account, after which its password signs in and the link is dead", async () => {
    const email = "ada@example.com";
    const link = await invited(email);
    const { page, complaints } = await open(link);
    await page.getByRole("heading", { name: "Make your account" }).waitFor();
    expect(page.url()).toBe(`${mentha.url}/accept-invitation`);
    expect(await page.locator("dd").allInnerTexts()).toEqual([hostile, "QA", expect.any(String)]);
    expect(await page.locator("main script, main img").count()).toBe(0);
    expect(await page.getByLabel("E-mail address").first().inputValue()).toBe(email);

    await page.getByLabel("Your name").fill("Ada");
    const field = page.getByLabel("New password");
    await field.fill("ada");
    await page.getByRole("button", { name: "Make the account and join" }).click();
    await page.getByText("This password will not do.").waitFor();
    expect([await field.getAttribute("aria-invalid"), await field.evaluate((input) => document.activeElement === input)]).toEqual(["true", true]);

    await field.fill(password);
    await field.press("Enter");
    await page.getByRole("heading", { name: "You are in" }).waitFor();
    expect(await page.locator("main").innerText()).toContain("npx mentha login http://localhost");
    expect(await storedIn(page)).toEqual([0, 0, ""]);
    expect(await page.title()).toBe("Accept the invitation · Mentha");
    expect(complaints).toEqual([]);

    const token = await accessTokenOf(email);
    const sessions: { items: { current: boolean }[] } = await (await call("GET", "/api/v1/auth/sessions", undefined, token)).json();
    expect(sessions.items.map(({ current }) => current)).toEqual([true]);

    const again = await open(link);
    await again.page.getByText("This invitation cannot be used (any more)").waitFor();
    expect(await again.page.getByLabel("Code").isVisible()).toBe(true);
  });

  it("signs in to the account there is, and says that a password is wrong", async () => {
    const email = "grace@example.com";
    await registered(email);
    const me: { user: { id: string } } = await (await call("GET", "/api/v1/me", undefined, await accessTokenOf(email))).json();
    await call("DELETE", `/api/v1/members/${me.user.id}`);
    await call("POST", "/api/v1/users/invite", { email, role: "dev" });
    // The newest link comes first in the mailbox, as soon as it is there.
    let link = await linkTo("accept-invitation", email);
    const first = link;
    while (link === first) link = await linkTo("accept-invitation", email);

    const { page, complaints } = await open(link);
    await page.getByRole("heading", { name: "Sign in to join" }).waitFor();
    expect(await page.locator("dd").nth(1).innerText()).toBe("developer");
    const field = page.getByLabel("Password", { exact: true });
    await field.fill("seven pale lantern");
    await page.getByRole("button", { name: "Sign in and join" }).click();
    await page.getByText("The password is not right.").waitFor();
    await field.fill(password);
    await page.getByRole("button", { name: "Sign in and join" }).click();
    await page.getByRole("heading", { name: "You are in" }).waitFor();
    expect(await storedIn(page)).toEqual([0, 0, ""]);
    expect(complaints).toEqual([]);
  });

  it("takes the code, or the whole link, by hand", async () => {
    const link = await invited("by-hand@example.com");
    const { page } = await open("/accept-invitation");
    await page.getByLabel("Code").fill("no code at all");
    await page.getByRole("button", { name: "Look at the invitation" }).click();
    await page.getByText("This invitation cannot be used (any more)").waitFor();
    await page.getByLabel("Code").fill(`  http://localhost${link} `);
    await page.getByRole("button", { name: "Look at the invitation" }).click();
    await page.getByRole("heading", { name: "Make your account" }).waitFor();
  });
});

describe("a forgotten password", () => {
  it("is replaced by way of the e-mail, and every address gets the same words", async () => {
    const email = "mary@example.com";
    await registered(email);
    const said = [];
    for (const asked of ["nobody@example.com", email]) {
      const { page, complaints } = await open("/forgot-password");
      await page.getByLabel("E-mail address").fill(asked);
      await page.getByRole("button", { name: "Send the link" }).click();
      await page.getByRole("heading", { name: "See your mailbox" }).waitFor();
      said.push(await page.locator("main").innerText());
      expect(complaints).toEqual([]);
    }
    expect(said[0]).toBe(said[1]);

    const { page, complaints } = await open(await linkTo("reset-password", email));
    await page.getByRole("button", { name: "Set the password" }).waitFor();
    expect([page.url(), await page.getByLabel("Code").isVisible()]).toEqual([`${mentha.url}/reset-password`, false]);
    const field = page.getByLabel("New password");
    await field.fill(otherPassword);
    await page.getByLabel("Show the password").check();
    expect(await field.getAttribute("type")).toBe("text");
    await page.getByRole("button", { name: "Set the password" }).click();
    await page.getByRole("heading", { name: "The password is changed" }).waitFor();
    expect(await field.getAttribute("type")).toBe("password");
    expect([(await signIn(email, password)).status, (await signIn(email, otherPassword)).status]).toEqual([401, 200]);
    expect(complaints).toEqual([]);
  });
});

describe("an address", () => {
  it("is proven by the button, and not by opening the link", async () => {
    const [email, next] = ["hedy@example.com", "hedy.lamarr@example.com"];
    await registered(email);
    await call("POST", "/api/v1/auth/change-email", { email: next, password }, await accessTokenOf(email));
    const link = await linkTo("verify-email", next);
    const { page, complaints } = await open(link);
    await page.getByRole("button", { name: "Confirm the address" }).waitFor();
    expect((await signIn(next, password)).status).toBe(401);
    await page.getByRole("button", { name: "Confirm the address" }).click();
    await page.getByRole("heading", { name: "The address is proven" }).waitFor();
    expect((await signIn(next, password)).status).toBe(200);

    // Once more in the same tab, where nothing but the fragment is another one.
    await page.goto(mentha.url + link);
    await page.getByRole("button", { name: "Confirm the address" }).click();
    await page.getByText("This link cannot be used (any more)").waitFor();
    expect([page.url(), await page.getByLabel("Code").isVisible()]).toEqual([`${mentha.url}/verify-email`, true]);
    expect(complaints).toEqual([]);
  });
});

describe("every page", () => {
  const paths = ["/accept-invitation", "/reset-password", "/verify-email", "/forgot-password"] as const;

  it.each([
    ["/accept-invitation", "Ver la invitación", "Esta invitación no se puede usar (ya)"],
    ["/reset-password", "Cambiar la contraseña", "Este enlace no se puede usar (ya)"],
    ["/verify-email", "Confirmar la dirección", "Este enlace no se puede usar (ya)"],
  ])("speaks Spanish, refusals too: %s", async (path, button, refusal) => {
    const { page, complaints } = await open(path, { locale: "es-ES" });
    await page.getByLabel("Código").fill("x".repeat(43));
    if (path === "/reset-password") await page.getByLabel("Contraseña nueva").fill(password);
    await page.getByRole("button", { name: button }).click();
    await page.getByText(refusal).waitFor();
    expect([await page.locator("html").getAttribute("lang"), complaints]).toEqual(["es", []]);
  });

  it.each(["light", "dark"] as const)("fits 320 pixels in both languages, readable where the person asks for %s", async (colorScheme) => {
    for (const locale of ["en", "es"]) {
      const { page } = await open("/", { locale, colorScheme, viewport: { width: 320, height: 640 } });
      for (const path of paths) {
        await page.goto(mentha.url + path);
        await page.locator("button:visible").first().waitFor();
        expect(await page.evaluate(() => document.documentElement.scrollWidth), `${path} in ${locale}`).toBe(320);
        const [ink = 0, paper = 0] = await page.locator("main").evaluate((main) => {
          const { color, backgroundColor } = getComputedStyle(main);
          return [color, backgroundColor].map((colour) => Number(/\d+/.exec(colour)?.[0]));
        });
        expect([ink > paper ? "dark" : "light", Math.abs(ink - paper) > 150]).toEqual([colorScheme, true]);
      }
    }
  });

  it.each(paths)("says what to do without JavaScript: %s", async (path) => {
    const { page } = await open(path, { javaScriptEnabled: false });
    expect(await page.getByRole("heading", { name: "Without JavaScript" }).isVisible()).toBe(true);
    expect(await page.locator("pre").first().innerText()).toContain("http://localhost/api/v1/auth/");
    expect(await page.getByRole("button").count()).toBe(0);
  });

  it("says how long to wait to who tries too often", async () => {
    const { page, complaints } = await open("/verify-email");
    const told: string[] = [];
    while (told.length < 12) {
      await page.getByLabel("Code").fill(`guess ${told.length}`);
      await page.getByRole("button", { name: "Confirm the address" }).click();
      await page.locator("#verify[aria-busy=false]").waitFor();
      told.push(await page.getByRole("alert").innerText());
    }
    expect(told).toContainEqual(expect.stringMatching(/^That was too often in a short time\. Wait \d+ seconds, then try again\.$/));
    expect(complaints).toEqual([]);
  });

  it("asks each time whether its script and its style are still the same", async () => {
    for (const file of ["pages.js", "pages.css"]) {
      const { status, headers } = await mentha.fetch(`/account/${file}`);
      expect([status, headers.get("Cache-Control"), headers.get("X-Content-Type-Options")]).toEqual([200, "no-cache", "nosniff"]);
    }
  });
});
