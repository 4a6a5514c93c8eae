import { spawn } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Embedded, startEmbedded } from "../../../local/embed.ts";
import { inRoot } from "../../../local/paths.ts";
import { type Site, startSite } from "../../helpers/node/local-site.ts";
import { startProxy } from "../../helpers/node/proxy.ts";
import { mentha } from "./run-mentha.ts";

const pages = 8;
const names = Array.from({ length: pages }, (_, i) => `/page-${i}`);
const links = names.map((name) => `<a href="${name}">${name}</a>`).join("");
/** A site whose audit takes a few seconds. */
const slowly = (delayMs: number, held?: (path: string) => Promise<void>) =>
  startSite(Object.fromEntries(["/", ...names].map((name) => [name, { delayMs, body: `<!doctype html><title>${name}</title>${links}` }])), held);

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const audit = (url: string, server: string, key: string, hear?: (stderr: string) => void) =>
  mentha(["audit", url, "--server", server], { env: { MENTHA_KEY: key }, ...(hear && { hear }) });
const events = /^GET \/api\/v1\/audits\/\w+\/events$/;

describe("mentha audit with a server", () => {
  let server: Embedded;
  let site: Site;
  beforeAll(async () => {
    [server, site] = await Promise.all([startEmbedded({ quiet: true }), slowly(700)]);
  });
  afterAll(() => Promise.all([server.close(), site.close()]));

  async function through(upgrades: boolean) {
    const proxy = await startProxy({ target: server.url, upgrades });
    cleanUps.push(proxy.close);
    return proxy;
  }

  it("gets the progress of the audit over a socket, and asks for no stream of events", async () => {
    const proxy = await through(true);
    const { code, stdout, stderr } = await audit(site.url, proxy.url, server.key);
    expect(stderr).toMatch(/\n\d+ of \d+ pages /);
    expect({ code, pages: /\b9 pages\b/.test(stdout) }).toEqual({ code: 0, pages: true });
    expect(proxy.asked.filter((request) => request.startsWith("UPGRADE"))).toEqual(["UPGRADE /ws"]);
    expect(proxy.asked.filter((request) => events.test(request))).toEqual([]);
  });

  it("gets it in another way behind a proxy that lets no socket through", async () => {
    const proxy = await through(false);
    const { code, stderr } = await audit(site.url, proxy.url, server.key);
    expect(code).toBe(0);
    expect(stderr).toMatch(/\n\d+ of \d+ pages /);
    expect(stderr).not.toMatch(/socket|live/i);
    expect(proxy.asked).toContain("UPGRADE /ws");
    expect(proxy.asked.filter((request) => events.test(request))).not.toEqual([]);
  });

  it("gets it over another socket when the first breaks off", async () => {
    const proxy = await through(true);
    const lastPage = Promise.withResolvers<void>();
    const held = await slowly(0, (path) => (path === names.at(-1) ? lastPage.promise : Promise.resolve()));
    cleanUps.push(held.close);
    const upgrades = () => proxy.asked.filter((request) => request === "UPGRADE /ws").length;
    const progress = Promise.withResolvers<void>();
    const ended = audit(held.url, proxy.url, server.key, (stderr) => stderr.includes(" pages ") && progress.resolve());
    await progress.promise;
    expect(upgrades()).toBe(1);
    proxy.setAway(true);
    proxy.setAway(false);
    await expect.poll(upgrades, { timeout: 10_000 }).toBe(2);
    lastPage.resolve();
    const { code, stdout } = await ended;
    expect({ code, pages: /\b9 pages\b/.test(stdout) }).toEqual({ code: 0, pages: true });
    expect(proxy.asked.filter((request) => events.test(request))).toEqual([]);
  });

  it("does not miss the end of an audit while the server is away", async () => {
    const proxy = await through(true);
    const asked = site.requests.length;
    const ended = audit(site.url, proxy.url, server.key);
    await expect.poll(() => site.requests.length, { timeout: 60_000 }).toBeGreaterThan(asked + 2);
    proxy.setAway(true);
    const statusOf = async () => {
      const list: { items: { status: string }[] } = await (await server.fetch("/api/v1/audits?limit=1", { headers: { "X-API-Key": server.key } })).json();
      return list.items[0]?.status;
    };
    await expect.poll(statusOf, { timeout: 60_000 }).toBe("completed");
    proxy.setAway(false);
    const { code, stdout } = await ended;
    expect({ code, pages: /\b9 pages\b/.test(stdout) }).toEqual({ code: 0, pages: true });
  });

  it("cancels the audit at Ctrl-C", async () => {
    const proxy = await through(true);
    const env = { MENTHA_KEY: server.key };
    const { code, stderr } = await mentha(["audit", site.url, "--server", proxy.url], { env, interruptAt: " pages" });
    expect(code).toBe(130);
    expect(stderr).toContain("The audit was cancelled.");
    expect(proxy.asked).toContain("UPGRADE /ws");
  });
});

describe("a program that closes its live connection", () => {
  it("ends by itself, with nothing left to wait for", async () => {
    const server = await startEmbedded({ quiet: true });
    cleanUps.push(server.close);
    const program = `
      import { createClient } from ${JSON.stringify(inRoot("client", "index.ts"))};
      const live = createClient({ baseUrl: ${JSON.stringify(server.url)}, key: ${JSON.stringify(server.key)} }).connectLive();
      live.onState(({ name }) => { if (name === "open") live.close(); });
      live.follow("workspace", { onEvent() {} });
      process.on("exit", () => console.log(live.state.name));
    `;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: ["ignore", "pipe", "inherit"] });
    cleanUps.push(async () => child.kill("SIGKILL"));
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, printed }).toEqual({ code: 0, printed: "closed\n" });
  });
});
