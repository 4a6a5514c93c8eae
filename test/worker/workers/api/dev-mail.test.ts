import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createMailer, listMailbox } from "../../../../shared/mail/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import worker from "../../../../workers/index.ts";

const hostile = `</pre><script>alert(1)</script>"'><img src=x onerror=alert(2)>`;

let id = "";
beforeAll(async () => {
  const mailer = createMailer({ via: "mailbox" }, { store: env.STORE, email: undefined, egress: { allow: [], allowLoopback: false }, now: Date.now });
  await mailer?.send({ to: "ada@example.com", subject: hostile, text: `First line\n${hostile}`, html: `<p>${hostile}</p>` }, "job_1");
  const [mail] = await listMailbox(env.STORE);
  id = mail?.id ?? "";
});

const pages = () => ["/dev/mail", "/dev/mail.json", `/dev/mail/${id}`];

interface Asking {
  readonly method?: string;
  readonly origin?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bindings?: Partial<Env> | Readonly<Record<string, unknown>>;
}

async function ask(path: string, { method = "GET", origin = "http://localhost:8787", headers = {}, bindings = {} }: Asking = {}): Promise<Response> {
  const context = createExecutionContext();
  const answer = await worker.fetch(new Request(origin + path, { method, headers }), { ...env, ...bindings }, context);
  await waitOnExecutionContext(context);
  return answer;
}

/** What an answer says of itself, less what names the request. */
async function shapeOf(answer: Response) {
  const { requestId: _, instance: __, ...problem } = Problem.parse(await answer.json());
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => name !== "x-request-id"));
  return { status: answer.status, headers, problem };
}

describe("the mailbox", () => {
  it("lists what was sent, for programs", async () => {
    const answer = await ask("/dev/mail.json");
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(await answer.json()).toEqual({
      items: [{ id, to: "ada@example.com", subject: hostile, text: `First line\n${hostile}`, sentAt: expect.any(Number) }],
    });
  });

  it("lists it for people, and shows each message as text and in a frame without rights", async () => {
    const list = await (await ask("/dev/mail")).text();
    expect(list).toContain(`<a href="/dev/mail/${id}">&lt;/pre&gt;&lt;script&gt;`);
    const page = await (await ask(`/dev/mail/${id}`)).text();
    expect(page).toContain("<pre>First line\n&lt;/pre&gt;&lt;script&gt;");
    expect(page).toMatch(/<iframe title="[^"]*" sandbox srcdoc="&lt;p&gt;&lt;\/pre&gt;&lt;script&gt;[^"<]*"><\/iframe>/);
    for (const markup of [list, page]) expect(markup).not.toMatch(/<script|<img/);
  });

  it("lets no script run on its pages, and no other site show them", async () => {
    for (const path of ["/dev/mail", `/dev/mail/${id}`]) {
      const policy = (await ask(path)).headers.get("Content-Security-Policy") ?? "";
      expect(policy.split("; ")).toEqual(expect.arrayContaining(["default-src 'none'", "frame-ancestors 'none'", "form-action 'none'"]));
      expect(policy).not.toMatch(/script-src|allow-scripts|allow-same-origin/);
      expect(policy).toContain("sandbox");
    }
  });

  it.each(["http://localhost:8787", "http://127.0.0.1:8787", "http://[::1]:8787"])("opens at %s", async (origin) => {
    for (const path of pages()) expect((await ask(path, { origin })).status).toBe(200);
  });

  it("answers HEAD", async () => {
    expect((await ask("/dev/mail", { method: "HEAD" })).status).toBe(200);
  });
});

describe("where nobody may look, the mailbox is as unknown as any other address", () => {
  const production = { ENVIRONMENT: "production" };
  it.each<{ who: string; asking: Asking }>([
    { who: "in production", asking: { bindings: production, origin: "https://mentha.test" } },
    { who: "in production, on this computer", asking: { bindings: production, origin: "https://localhost:8787" } },
    {
      who: "in production that sends e-mails",
      asking: { bindings: { ...production, MAIL_FROM: "m@example.com", RESEND_API_KEY: "re_12345678" }, origin: "https://mentha.test" },
    },
    { who: "by a name that was made to mean this computer", asking: { origin: "http://evil.test:8787" } },
    { who: "by a name that begins like this computer's", asking: { origin: "http://localhost.evil.test" } },
    { who: "by the installation's own name, as through a tunnel", asking: { origin: "https://mentha.test" } },
    { who: "through Cloudflare", asking: { headers: { "CF-Connecting-IP": "203.0.113.7" } } },
    { who: "for whom a proxy asks (X-Forwarded-For)", asking: { headers: { "X-Forwarded-For": "203.0.113.7" } } },
    { who: "for whom a proxy asks (Forwarded)", asking: { headers: { Forwarded: "for=203.0.113.7" } } },
    { who: "for whom a proxy asks (X-Real-IP)", asking: { headers: { "X-Real-IP": "127.0.0.1" } } },
    { who: "for a POST", asking: { method: "POST" } },
    { who: "for a POST in production", asking: { method: "POST", bindings: production, origin: "https://localhost:8787" } },
    { who: "for OPTIONS in production", asking: { method: "OPTIONS", bindings: production, origin: "https://localhost:8787" } },
  ])("$who", async ({ asking }) => {
    const unknown = await shapeOf(await ask("/dev/nothing", asking));
    expect(unknown.status).toBe(404);
    for (const path of pages()) expect(await shapeOf(await ask(path, asking))).toEqual(unknown);
  });

  it.each(["/dev/mail/", "/dev/mail/0000000000000-00000000", "/dev/mail/..%2F..%2Faudits", "/dev", "/dev/mail.json/x"])(
    "at %s, where nothing is",
    async (path) => {
      expect((await ask(path)).status).toBe(404);
    },
  );
});

it("the mailbox is no part of the API's description", async () => {
  const paths = await (await ask("/openapi.json")).text();
  expect(paths).not.toContain("/dev/");
});
