import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Answer, json, problem, startScriptedApi } from "../../helpers/node/scripted-api.ts";
import { menthaHere } from "./run-here.ts";
import { type Started, startHere } from "./start-here.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const event = {
  id: "evt_01k9z8q5v0c3r7t2m4n6p8s1w1",
  type: "audit.completed",
  version: 1,
  timestamp: "2027-03-31T14:05:07.000Z",
  workspaceId: "wsp_01k9z8q5v0c3r7t2m4n6p8s1w1",
  data: {
    auditId: "aud_01k9z8q5v0c3r7t2m4n6p8s1w1",
    url: "https://shop.example/",
    status: "completed",
    pages: { discovered: 3, fetched: 2, failed: 1 },
    startedAt: 1,
    finishedAt: 2,
    scores: { overall: 88 },
    counts: { error: 0, warning: 1, info: 2 },
    reportPath: "/r",
  },
};
const deliveryId = "dlv_01k9z8q5v0c3r7t2m4n6p8s1w1";

interface Listening extends Started {
  readonly url: string;
}

/** Runs `mentha listen` at any free port, until the test ends. */
async function listen(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Listening> {
  const started = startHere(["listen", "--port", "0", ...args], { env });
  cleanUps.push(started.interrupt);
  const listening = expect.poll(started.stderr, { timeout: 20_000 }).toContain("Listening");
  await Promise.race([listening, started.ended.then((code) => expect.fail(`It ended with ${code}: ${started.stderr()}`))]);
  const [, port] = / port (\d+)/.exec(started.stderr()) ?? [];
  return { ...started, url: `http://127.0.0.1:${port}/` };
}

interface Sent {
  readonly body?: string;
  readonly id?: string;
  readonly sentAt?: Date;
  readonly signedWith?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends as Mentha does; resolves with the status. */
async function send(url: string, { body = JSON.stringify(event), id = deliveryId, sentAt = new Date(), signedWith = secret, headers = {} }: Sent = {}) {
  const signature = new Webhook(signedWith).sign(id, sentAt, body);
  const signed = { "webhook-id": id, "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1_000)), "webhook-signature": signature };
  const { status } = await fetch(url, { method: "POST", body, headers: { "Content-Type": "application/json", ...signed, ...headers } });
  return status;
}

const other = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

describe("mentha listen with a secret", () => {
  it("prints what is signed with it, asks no server, and ends at Ctrl-C", async () => {
    const mentha = await listen(["--secret", secret]);
    expect([await send(mentha.url), await send(mentha.url)]).toEqual([204, 204]);
    expect(await mentha.interrupt()).toBe(0);
    const line = "2027-03-31T14:05:07.000Z  audit.completed       Audit completed: shop.example scores 88 of 100";
    expect(mentha.stdout()).toBe(`${line}  (${deliveryId})  → 204\n${line}  (${deliveryId}, again)  → 204\n`);
    await expect(fetch(mentha.url)).rejects.toThrow();
  });

  it("shows of an event that it does not know what it holds", async () => {
    const mentha = await listen(["--secret", secret]);
    await send(mentha.url, { body: JSON.stringify({ ...event, type: "flow.failed", data: { flowId: "flw_1", step: 3, deep: {} } }) });
    await send(mentha.url, { body: '{"site":"shop.example"}', id: "dlv_2" });
    const [later, templated] = mentha.stdout().split("\n");
    expect(later).toContain("  flow.failed           flowId flw_1, step 3  (dlv_");
    expect(templated).toContain('Z  (template)            {"site":"shop.example"}  (dlv_2)  → 204');
  });

  it("writes one line of JSON for each, and nothing else", async () => {
    const mentha = await listen(["--secret", secret, "--json"]);
    const body = JSON.stringify({ ...event, data: { name: "\u009b31m\u202e::error::" } });
    await send(mentha.url, { body });
    await send(mentha.url, { body: "made by a template", id: "dlv_2" });
    const lines = mentha.stdout().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines.slice(0, 2).map((line) => JSON.parse(line))).toEqual([
      { deliveryId, receivedAt: expect.any(Number), isRepeated: false, status: 204, event: JSON.parse(body) },
      { deliveryId: "dlv_2", receivedAt: expect.any(Number), isRepeated: false, status: 204, event: "made by a template" },
    ]);
    expect(mentha.stdout()).not.toMatch(/[\u009b\u202e]/);
  });

  it.each<[what: string, sent: Sent]>([
    ["signed with another secret", { signedWith: other }],
    ["sent six minutes ago", { sentAt: minutesAgo(6) }],
    ["sent in six minutes", { sentAt: minutesAgo(-6) }],
    ["without a signature", { headers: { "webhook-signature": "" } }],
    ["with the signature of another delivery", { headers: { "webhook-id": "dlv_3" } }],
    ["with the signature of another time", { headers: { "webhook-timestamp": String(Math.floor(Date.now() / 1_000) - 60) } }],
  ])("says aloud that a request was not verified, shows nothing of it and answers 401: %s", async (_, sent) => {
    const mentha = await listen(["--secret", secret]);
    expect(await send(mentha.url, sent)).toBe(401);
    expect(mentha.stderr()).toContain("NOT VERIFIED");
    expect(mentha.stdout()).toBe("");
  });

  it("takes its secret from the environment too, and does not tell of each of many forged requests", async () => {
    const mentha = await listen([], { MENTHA_WEBHOOK_SECRET: secret });
    expect(await send(mentha.url)).toBe(204);
    for (let count = 0; count < 45; count++) expect(await send(mentha.url, { signedWith: other })).toBe(401);
    expect(mentha.stderr().match(/NOT VERIFIED/g)).toHaveLength(21);
    expect(mentha.stderr()).toContain("There were 40 such so far");
  });

  it("takes what a slow tunnel brought, and what is signed with an older secret too", async () => {
    const mentha = await listen(["--secret", secret]);
    const sentAt = minutesAgo(4);
    const signatures = [other, secret].map((one) => new Webhook(one).sign(deliveryId, sentAt, JSON.stringify(event)));
    expect(await send(mentha.url, { sentAt, headers: { "webhook-signature": signatures.join(" ") } })).toBe(204);
  });

  it("writes nothing of an event that does more to a terminal than be shown", async () => {
    const mentha = await listen(["--secret", secret]);
    const hostile = "\u001b[2J\u0007\u009b31m\u202e\n::error::x";
    const data = { [hostile]: hostile };
    await send(mentha.url, { body: JSON.stringify({ ...event, type: hostile, timestamp: hostile, data }) });
    await send(mentha.url, { body: hostile, id: "dlv_2" });
    await send(mentha.url, { signedWith: other, body: hostile });
    const written = mentha.stdout() + mentha.stderr();
    expect(mentha.stdout().split("\n")).toHaveLength(3);
    expect(written).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
    expect(written).not.toMatch(/^\s*::/m);
  });

  it.each<[what: string, init: RequestInit, status: number]>([
    ["a request other than a POST", { method: "GET" }, 405],
    ["a body of more than a megabyte", { method: "POST", body: "a".repeat(1_000_001) }, 413],
    ["headers of more than 16 KB", { method: "POST", headers: { a: "a".repeat(17_000) } }, 431],
  ])("keeps within bounds: %s", async (_, init, status) => {
    const mentha = await listen(["--secret", secret]);
    expect((await fetch(mentha.url, init)).status).toBe(status);
    expect(mentha.stdout()).toBe("");
    expect(await send(mentha.url, { body: JSON.stringify("a".repeat(999_000)) })).toBe(204);
  });

  it("answers what it is told to", async () => {
    const mentha = await listen(["--secret", secret, "--answer", "503"]);
    expect(await send(mentha.url)).toBe(503);
    expect(mentha.stdout()).toContain("→ 503");
  });

  it("sends on what is genuine, byte for byte, and answers what comes back", async () => {
    const got: { headers: IncomingHttpHeaders; body: string; url: string | undefined }[] = [];
    const receive = async (request: IncomingMessage, response: ServerResponse) => {
      got.push({ headers: request.headers, body: await text(request), url: request.url });
      response.writeHead(got.length === 1 ? 202 : 307, { Location: "/elsewhere" }).end("thanks");
    };
    const receiver = createServer((request, response) => void receive(request, response).catch(() => response.destroy()));
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    const address = receiver.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const mentha = await listen(["--secret", secret, "--forward", `localhost:${port}/hooks`]);
    expect([await send(mentha.url, { headers: { "X-Team": "web" } }), await send(mentha.url), await send(mentha.url, { signedWith: other })]).toEqual([
      202, 307, 401,
    ]);
    expect(got.map(({ url }) => url)).toEqual(["/hooks", "/hooks"]);
    expect(got[0]?.body).toBe(JSON.stringify(event));
    expect(got[0]?.headers).toMatchObject({ "x-team": "web", "webhook-id": deliveryId });
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
    expect(await send(mentha.url)).toBe(502);
    expect(mentha.stderr()).toContain(`http://localhost:${port}/hooks did not answer`);
  });
});

const path = "/api/v1/webhooks";
const webhookId = "whk_01k9z8q5v0c3r7t2m4n6p8s1w1";
const made = {
  id: webhookId,
  name: "mentha listen",
  kind: "http",
  url: "http://127.0.0.1:4040/",
  headerNames: [],
  options: {},
  events: ["*"],
  filter: null,
  template: null,
  ordering: "none",
  throttle: null,
  concurrency: 4,
  projectId: null,
  disabledAt: null,
  disabledFor: null,
  createdBy: "usr_01k9z8q5v0c3r7t2m4n6p8s1w1",
  createdAt: 1,
  version: 1,
  secret,
};

/** An API that makes an endpoint, beside those that there are. */
const making =
  (answer: Answer = json(made), items: readonly unknown[] = []): Answer =>
  (response, query) =>
    (response.req.method === "POST" ? answer : json({ items }))(response, query);
const listing = `GET ${path}?limit=100`;

async function server(answers: Parameters<typeof startScriptedApi>[0]) {
  const api = await startScriptedApi(answers);
  cleanUps.push(api.close);
  return { api, env: { MENTHA_SERVER: api.url, MENTHA_KEY: "mk_test_1" } };
}

describe("mentha listen with a server", () => {
  it("makes an endpoint for what is wanted, verifies with its secret, and deletes it at Ctrl-C", async () => {
    const { api, env } = await server({ [path]: making(), [`${path}/${webhookId}`]: json({}) });
    const mentha = await listen(["--events", "audit.completed,audit.failed", "--url", "shop.tunnel.example"], env);
    expect(api.asked).toEqual([listing, `POST ${path}`]);
    expect(api.bodies).toEqual([{ name: "mentha listen", kind: "http", url: "https://shop.tunnel.example/", events: ["audit.completed", "audit.failed"] }]);
    expect(await send(mentha.url)).toBe(204);
    expect(await mentha.interrupt()).toBe(0);
    expect(mentha.stderr()).toMatch(/\nDeleted the endpoint\.\n$/);
    expect(mentha.stderr()).not.toContain("another endpoint");
    expect(api.asked).toEqual([listing, `POST ${path}`, `DELETE ${path}/${webhookId}`]);
  });

  it("gives the address that it listens at, and asks for every event", async () => {
    const { api, env } = await server({ [path]: making(), [`${path}/${webhookId}`]: json({}) });
    const mentha = await listen([], env);
    expect(api.bodies).toEqual([{ name: "mentha listen", kind: "http", url: mentha.url, events: ["*"] }]);
  });

  it("takes an event that is quicker than the answer that has the secret", async () => {
    const first = Promise.withResolvers<number>();
    const creating: Answer = (response) => {
      const [input] = z.array(z.object({ url: z.string() })).parse(api.bodies);
      first.resolve(send(input?.url ?? ""));
      setTimeout(() => json(made)(response), 100);
    };
    const { api, env } = await server({ [path]: making(creating), [`${path}/${webhookId}`]: json({}) });
    const mentha = await listen([], env);
    expect(await first.promise).toBe(204);
    expect(mentha.stdout()).toContain(deliveryId);
  });

  it("says that a server elsewhere needs a tunnel, and how to name it", async () => {
    const errors = [{ path: "body.url", message: "127.0.0.1 is not a public address." }];
    const refused: Answer = (response) => void response.writeHead(422).end(JSON.stringify({ code: "egress_refused", detail: errors[0]?.message, errors }));
    const { env } = await server({ [path]: making(refused) });
    const { code, stderr } = await menthaHere(["listen", "--port", "0"], { env });
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^mentha: The server does not send to http:\/\/127\.0\.0\.1:\d+\/: 127\.0\.0\.1 is not a public address\.\n.* Open a tunnel to port \d+ .*--url https:\/\/…\n$/,
    );
  });

  it("ends, and listens no longer, when the server makes no endpoint", async () => {
    const { api, env } = await server({ [path]: problem(403, "forbidden", "This needs webhooks:write.") });
    const { code, stderr } = await menthaHere(["listen", "--port", "0"], { env });
    expect([code, stderr, api.asked]).toEqual([2, "mentha: The key may not do this: This needs webhooks:write.\n", [listing, `POST ${path}`]]);
  });

  it("makes no endpoint when the port is taken", async () => {
    const { api, env } = await server({});
    const { code, stderr } = await menthaHere(["listen", "--port", new URL(api.url).port], { env });
    expect([code, stderr, api.asked]).toEqual([3, expect.stringContaining("is in use. Choose another port with --port"), []]);
  });

  it("says so when the endpoint could not be deleted, and with which command it is", async () => {
    const { env } = await server({ [path]: making(), [`${path}/${webhookId}`]: problem(503, "unavailable", "Later.") });
    const mentha = await listen([], env);
    expect(await mentha.interrupt()).toBe(3);
    expect(mentha.stderr()).toContain(`The endpoint ${webhookId} could not be deleted, and the server goes on sending to it: Later.`);
    expect(mentha.stderr()).toContain(`npx mentha webhooks delete ${webhookId}`);
  });

  it("is content with an endpoint that somebody else deleted", async () => {
    const { env } = await server({ [path]: making(), [`${path}/${webhookId}`]: problem(404, "not_found", "There is no such webhook.") });
    const mentha = await listen([], env);
    expect(await mentha.interrupt()).toBe(0);
    expect(mentha.stderr()).toContain("Somebody else deleted the endpoint.");
  });

  it.each([
    { flags: ["--url", "https://10.0.0.1/"], code: "egress_refused", at: "body.url", says: "The address: No." },
    { flags: ["--events", "audit.done"], code: "invalid", at: "body.events[0]", says: "--events: No.\nmentha webhooks events lists the types of events." },
  ])("counts what the server refuses of $flags as wrong input", async ({ flags, code, at, says }) => {
    const refused: Answer = (response) => void response.writeHead(422).end(JSON.stringify({ code, detail: "No.", errors: [{ path: at, message: "No." }] }));
    const { env } = await server({ [path]: making(refused) });
    const ended = await menthaHere(["listen", "--port", "0", ...flags], { env });
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining(says)]);
  });

  it("tells of endpoints that were left behind, and how to delete them", async () => {
    const { secret: _, ...old } = { ...made, id: "whk_01k9z8q5v0c3r7t2m4n6p8s1w2" };
    const others = [old, { ...old, id: "whk_01k9z8q5v0c3r7t2m4n6p8s1w3", name: "Shop" }];
    const { env } = await server({ [path]: making(undefined, others), [`${path}/${webhookId}`]: json({}) });
    const mentha = await listen([], env);
    expect(mentha.stderr()).toContain(`another endpoint with the name "mentha listen", to which the server sends too:\n  ${old.id}  ${old.url}\n`);
    expect(mentha.stderr()).toContain(`delete it: npx mentha webhooks delete ${old.id}\n`);
    expect(mentha.stderr()).not.toContain("p8s1w3");
  });

  it("deletes the endpoint also when Ctrl-C comes while it is being made", async () => {
    let interruption: Promise<number> | undefined;
    const { api, env } = await server({
      [path]: making((response) => {
        interruption = mentha.interrupt();
        json(made)(response);
      }),
      [`${path}/${webhookId}`]: json({}),
    });
    const mentha = startHere(["listen", "--port", "0"], { env });
    expect([await mentha.ended, await interruption]).toEqual([0, 0]);
    expect(mentha.stderr()).toBe("Deleted the endpoint.\n");
    expect(api.asked).toEqual([listing, `POST ${path}`, `DELETE ${path}/${webhookId}`]);
  });
});

describe("the options of mentha listen", () => {
  it.each([
    { line: ["--secret", "whsec_c2hvcnQ="], says: "--secret: this is no signing secret" },
    { line: ["--secret", secret, "--events", "audit.failed"], says: "leave out --url and --events" },
    { line: ["--forward", "localhost:3000", "--answer", "500"], says: "Give either --forward" },
    { line: ["--answer", "99"], says: "--answer: give a status from 200 to 599" },
    { line: ["--answer", "600"], says: "--answer: must be at most 599" },
    { line: ["--port", "65536"], says: "--port: must be at most 65535" },
    { line: ["--url", "ftp://shop.example/"], says: "give an address that starts with http:// or https://" },
    { line: ["https://shop.example/"], says: 'takes no "https://shop.example/"' },
  ])("that cannot be meant are refused, and nothing is asked: $line", async ({ line, says }) => {
    const { api, env } = await server({});
    const { code, stderr } = await menthaHere(["listen", ...line], { env });
    expect([code, stderr, api.asked]).toEqual([2, expect.stringContaining(says), []]);
  });

  it("never repeat a secret that is wrong", async () => {
    const { stderr } = await menthaHere(["listen", "--secret", `${secret}x`]);
    expect(stderr).not.toContain(secret);
  });
});
