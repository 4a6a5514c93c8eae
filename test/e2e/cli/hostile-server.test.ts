import { createServer } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sampleReport } from "../../helpers/sample-report.ts";
import { menthaHere } from "./run-here.ts";

/** What moves a terminal's cursor, rings, changes its title (with ESC and as one character of C1), or reverses what follows. */
const hostile = "\u001b[2J\u0007\u009b31m\u202e";
const key = {
  prefix: "mk_test_4hT0x9Qz",
  name: `CI${hostile}`,
  scopes: [`audits:read${hostile}`],
  expiresAt: null,
  allowedIps: [hostile],
  limits: { [hostile]: 1 },
  version: 1,
  createdAt: 1,
};
const me = {
  user: { id: "usr_01k9z8q5v0c3r7t2m4n6p8s1w5", email: "ada@example.com", name: hostile, language: null, emailVerified: true, isOperator: false, createdAt: 1 },
  workspace: null,
  workspaces: [{ id: "wsp_01k9z8q5v0c3r7t2m4n6p8s1w5", name: `Shop${hostile}`, role: "admin", permissions: [] }],
};
const { audit } = sampleReport;
const known = { ...key, status: "active", createdBy: { id: me.user.id, email: hostile, name: hostile }, lastUsedAt: null, rotatedTo: null };
const webhook = {
  id: "whk_01k9z8q5v0c3r7t2m4n6p8s1w5",
  name: hostile,
  kind: "http",
  url: hostile,
  headerNames: [hostile],
  options: { [hostile]: hostile },
  events: [`::error::${hostile}`],
  filter: hostile,
  template: hostile,
  ordering: "none",
  throttle: null,
  concurrency: 4,
  projectId: null,
  disabledAt: null,
  disabledFor: null,
  createdBy: me.user.id,
  createdAt: 1,
  version: 1,
  health: null,
};
const attempt = {
  attempt: 1,
  startedAt: 1,
  ms: 1,
  outcome: "failed",
  status: 500,
  failure: "status",
  message: hostile,
  responseHeaders: {},
  responseBody: hostile,
};
const delivery = {
  id: "dlv_01k9z8q5v0c3r7t2m4n6p8s1w5",
  webhookId: webhook.id,
  eventId: "evt_01k9z8q5v0c3r7t2m4n6p8s1w5",
  type: "audit.completed",
  subject: hostile,
  state: "failed",
  round: 0,
  attempts: 1,
  nextAttemptAt: null,
  failure: "status",
  createdAt: 1,
  finishedAt: 1,
  payload: {},
  attemptLog: [attempt],
};

const answers: Readonly<Record<string, unknown>> = {
  "GET /api/v1/me": me,
  "POST /api/v1/keys/generate": { ...key, key: `mk_test_1${hostile}\n${hostile}` },
  "GET /api/v1/keys": { items: [known] },
  "GET /api/v1/webhooks": { items: [webhook] },
  [`GET /api/v1/webhooks/${webhook.id}`]: webhook,
  "POST /api/v1/webhooks": { ...webhook, secret: `whsec_1${hostile}` },
  [`GET /api/v1/webhooks/${webhook.id}/deliveries`]: { items: [delivery] },
  [`GET /api/v1/deliveries/${delivery.id}`]: delivery,
  "POST /api/v1/audits": audit,
  [`GET /api/v1/audits/${audit.id}`]: audit,
  [`GET /api/v1/audits/${audit.id}/report.json`]: sampleReport,
};

const server = createServer(({ method, url = "/" }, response) => {
  const { pathname } = new URL(url, "http://hostile");
  const answer = answers[`${method} ${pathname}`];
  if (answer !== undefined) return void response.end(JSON.stringify(answer));
  if (pathname.endsWith("/events")) return void response.setHeader("Content-Type", "text/event-stream").end(`event: done\ndata: ${JSON.stringify(audit)}\n\n`);
  if (pathname.includes("/report.")) return void response.end(`one${hostile}\r\ntwo\r${hostile}\n`);
  response.writeHead(409, { "Content-Type": "application/problem+json" }).end(JSON.stringify({ code: "conflict", detail: `No${hostile}` }));
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

it.each<[string, number]>([
  ["whoami", 0],
  ["whoami --json", 0],
  ["keys create --name CI --scope audits:read", 0],
  ["keys create --name CI --scope audits:read --json", 0],
  ["keys list", 0],
  ["keys list --json", 0],
  ["keys revoke mk_test_4hT0x9Qz", 3],
  ["webhooks list", 0],
  [`webhooks show ${webhook.id}`, 0],
  ["webhooks create --url example.com --events *", 0],
  [`webhooks deliveries ${webhook.id}`, 0],
  [`webhooks delivery ${delivery.id}`, 0],
  [`webhooks retry ${delivery.id}`, 3],
  ["audit example.com --format md", 0],
  ["audit example.com --format csv", 0],
  ["audit example.com --format sarif", 0],
  ["audit example.com --format junit", 0],
  ["audit example.com --format html", 0],
])("writes nothing of a server's that does more to a terminal than be shown: mentha %s", async (line, code) => {
  const ended = await menthaHere(line.split(" "), { env: { MENTHA_SERVER: url, MENTHA_KEY: "mk_test_x" } });
  expect(ended).toMatchObject({ code });
  const written = ended.stdout + ended.stderr;
  expect(written).not.toBe("");
  expect(written).not.toMatch(/(?!\r?\n)[\p{Cc}\u202e]/u);
});

it("writes the one line of a new key, and JSON whose values stay the same", async () => {
  const env = { MENTHA_SERVER: url, MENTHA_KEY: "mk_test_x" };
  const create = ["keys", "create", "--name", "CI", "--scope", "audits:read"];
  expect((await menthaHere(create, { env })).stdout.trimEnd()).toMatch(/^mk_test_1 .*$/);
  expect(JSON.parse((await menthaHere(["whoami", "--json"], { env })).stdout)).toMatchObject({ user: { name: hostile } });
});
