import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { createMailer } from "../../../../shared/mail/create-mailer.ts";
import { findInMailbox, listMailbox, type MailMessage } from "../../../../shared/mail/index.ts";
import { createCloudflareMailer, type EmailBinding } from "../../../../shared/mail/transports/cloudflare.ts";
import { createMailbox } from "../../../../shared/mail/transports/mailbox.ts";
import { createResendMailer } from "../../../../shared/mail/transports/resend.ts";
import { type MailSender, parseConfig } from "../../../../shared/platform/index.ts";
import type { SiteRoute } from "../../../helpers/node/site-route.ts";
import { defineSite } from "../../../helpers/worker/site.ts";

const message: MailMessage = { to: "ada@example.com", subject: "Hello", text: "Hello, Ada", html: "<p>Hello, Ada</p>" };
const from: MailSender = { name: "Web team, S.L.", address: "mentha@example.com" };
const egress = { allow: [], allowLoopback: false };
/** What a provider may say that no log may repeat. */
const quotes = "the key re_12345678 may not write to ada@example.com";
const keySecret = "re_12345678";
const resend = resendSettings();

function resendSettings() {
  const { mail } = parseConfig({ ...env, MAIL_FROM: `${from.name} <${from.address}>`, RESEND_API_KEY: keySecret });
  if (mail.via !== "resend") throw new Error("The configuration of this test names Resend.");
  return mail;
}

/** A mailer whose provider, at a host of its own, answers so. */
async function mailerOn(host: string, answers: SiteRoute | readonly SiteRoute[], sender: MailSender = from) {
  const site = await defineSite(host, { "/emails": answers });
  const mailer = createResendMailer({ ...resend, from: sender }, { now: Date.now, egress, endpoint: `${site.url}/emails`, timeoutMs: 400 });
  return { site, mailer };
}

/** Everything that an error says, causes and stacks included. */
function saidBy(thrown: unknown): string {
  const words: string[] = [];
  for (let error: unknown = thrown; error instanceof Error; error = error.cause) words.push(error.message, error.stack ?? "");
  return words.join("\n");
}

beforeEach(async () => {
  const { objects } = await env.STORE.list({ prefix: "dev-mail/" });
  await env.STORE.delete(objects.map(({ key }) => key));
});

describe("Resend", () => {
  it("is given the message, the key and the idempotency key", async () => {
    const { site, mailer } = await mailerOn("resend-ok.test", { status: 200, body: `{"id":"1"}` });
    await mailer.send(message, "job_1");
    const [request] = await site.requests();
    expect(request).toMatchObject({
      method: "POST",
      headers: { authorization: `Bearer ${keySecret}`, "idempotency-key": "job_1", "content-type": "application/json" },
    });
    expect(JSON.parse(request?.body ?? "")).toEqual({ ...message, from: '"Web team, S.L." <mentha@example.com>', to: [message.to] });
  });

  it.each([
    { name: null, written: "mentha@example.com" },
    { name: "Auditoría Ñandú", written: "Auditoría Ñandú <mentha@example.com>" },
    { name: "a@b.example, c", written: '"a@b.example, c" <mentha@example.com>' },
  ])("sees a sender called $name", async ({ name, written }) => {
    const { site, mailer } = await mailerOn("resend-sender.test", { status: 200 }, { ...from, name });
    await mailer.send(message, "job_1");
    expect(JSON.parse((await site.requests())[0]?.body ?? "")).toMatchObject({ from: written });
  });

  it.each([408, 409, 425, 429, 500, 502, 503, 504])("may be asked again after HTTP %i, whose words are not repeated", async (status) => {
    const { mailer } = await mailerOn(`resend-${status}.test`, { status, body: quotes });
    const error: unknown = await mailer.send(message, "job_1").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "AppError", retryable: true, message: expect.stringContaining(String(status)) });
    expect(saidBy(error)).not.toMatch(/re_12345678|ada@example/);
  });

  it.each([301, 307, 400, 401, 403, 404, 422])("is not asked again after HTTP %i, whose words are not repeated", async (status) => {
    const { site, mailer } = await mailerOn(`resend-${status}.test`, { status, body: quotes, headers: { location: "http://elsewhere.test/" } });
    const error: unknown = await mailer.send(message, "job_1").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "AppError", retryable: false, message: expect.stringContaining(String(status)) });
    expect(saidBy(error)).not.toMatch(/re_12345678|ada@example/);
    expect(await site.requests()).toHaveLength(1);
  });

  it("may be asked again when it does not answer in time", async () => {
    const { mailer } = await mailerOn("resend-silent.test", { fault: "no-answer" });
    await expect(mailer.send(message, "job_1")).rejects.toMatchObject({ code: "upstream_timeout", retryable: true });
  });

  it("may be asked again when it cannot be reached", async () => {
    const mailer = createResendMailer(resend, { now: Date.now, egress, endpoint: "http://resend.invalid/emails" });
    const error: unknown = await mailer.send(message, "job_1").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "host_unreachable", retryable: true });
    expect(saidBy(error)).not.toMatch(/re_12345678|ada@example/);
  });

  it("has taken the message once its headers say so, however its answer ends", async () => {
    const { mailer } = await mailerOn("resend-cut.test", { status: 200, fault: "hang-in-body" });
    await expect(mailer.send(message, "job_1")).resolves.toBeUndefined();
  });
});

describe("Cloudflare's binding", () => {
  type Sent = Parameters<EmailBinding["send"]>[0];
  function bindingThat(outcome: () => Promise<unknown>) {
    const sent: Sent[] = [];
    const send: EmailBinding["send"] = (each) => {
      sent.push(each);
      return outcome();
    };
    return { sent, binding: { send } };
  }
  const failingWith = (code: unknown) => bindingThat(() => Promise.reject(Object.assign(new Error(quotes), { code }))).binding;

  it.each([
    { sender: from, written: { name: "Web team, S.L.", email: "mentha@example.com" } },
    { sender: { ...from, name: null }, written: "mentha@example.com" },
  ])("is given the message from $written", async ({ sender, written }) => {
    const { sent, binding } = bindingThat(async () => ({ messageId: "1" }));
    await createCloudflareMailer(binding, sender).send(message, "job_1");
    expect(sent).toEqual([{ ...message, from: written }]);
  });

  it.each([
    { code: "E_RATE_LIMIT_EXCEEDED", retryable: true },
    { code: "E_DAILY_LIMIT_EXCEEDED", retryable: true },
    { code: "E_INTERNAL_SERVER_ERROR", retryable: true },
    { code: "E_SOMETHING_NEW", retryable: true },
    { code: undefined, retryable: true },
    { code: quotes, retryable: true },
    { code: "E_VALIDATION_ERROR", retryable: false },
    { code: "E_SENDER_NOT_VERIFIED", retryable: false },
    { code: "E_RECIPIENT_NOT_ALLOWED", retryable: false },
    { code: "E_RECIPIENT_SUPPRESSED", retryable: false },
  ])("that fails with $code may be asked again: $retryable; its words are not repeated", async ({ code, retryable }) => {
    const error: unknown = await createCloudflareMailer(failingWith(code), from)
      .send(message, "job_1")
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "AppError", retryable });
    expect(saidBy(error)).not.toMatch(/re_12345678|ada@example/);
  });

  it("is used in production where it is bound", async () => {
    const { sent, binding } = bindingThat(async () => ({ messageId: "1" }));
    const { mail } = parseConfig({ ...env, ENVIRONMENT: "production", MAIL_FROM: "mentha@example.com", EMAIL: binding });
    await createMailer(mail, { store: env.STORE, email: binding, egress, now: Date.now })?.send(message, "job_1");
    expect(sent).toHaveLength(1);
  });
});

describe("the mailbox for development", () => {
  let now = 1_800_000_000_000;
  const mailbox = createMailbox(env.STORE, () => now++);
  it("keeps messages, the newest first, and finds each", async () => {
    for (const subject of ["first", "second", "third"]) await mailbox.send({ ...message, subject }, "job_1");
    const mails = await listMailbox(env.STORE);
    expect(mails.map(({ subject }) => subject)).toEqual(["third", "second", "first"]);
    expect(await findInMailbox(env.STORE, mails[1]?.id ?? "")).toEqual({ ...message, subject: "second", id: mails[1]?.id, sentAt: now - 2 });
  });

  it("holds the last 200", async () => {
    const send = (sent: number) => mailbox.send({ ...message, subject: String(sent) }, "job_1");
    await Promise.all(Array.from({ length: 200 }, (_, sent) => send(sent)));
    for (const sent of [200, 201, 202]) await send(sent);
    const mails = await listMailbox(env.STORE);
    expect([mails.length, mails[0]?.subject, mails.at(-1)?.subject]).toEqual([200, "202", "3"]);
    expect((await env.STORE.list({ prefix: "dev-mail/" })).objects).toHaveLength(200);
  });

  it.each(["", "..", "../audits/x", "8199999999999-00000000", "8199999999999-0000000"])("has nothing at %j", async (id) => {
    await env.STORE.put("audits/x", "{}");
    expect(await findInMailbox(env.STORE, id)).toBeNull();
  });

  it("leaves out what is no message", async () => {
    await mailbox.send(message, "job_1");
    await env.STORE.put("dev-mail/0000000000000-00000000", `{"id":1}`);
    expect(await listMailbox(env.STORE)).toHaveLength(1);
  });
});

describe("any mailer", () => {
  const mailer = createMailer({ via: "mailbox" }, { store: env.STORE, email: undefined, egress, now: Date.now });
  const received = async () => (await listMailbox(env.STORE))[0];

  it("is none where nothing is set up", () => {
    expect(createMailer({ via: "nothing" }, { store: env.STORE, email: undefined, egress, now: Date.now })).toBeNull();
  });

  it.each([
    { given: "Hello\r\nBcc: eve@evil.test", subject: "Hello Bcc: eve@evil.test" },
    { given: "Hello\u2028\u2029there", subject: "Hello  there" },
    { given: ' "Hello" <b> ', subject: '"Hello" <b>' },
    { given: "¿Qué tal, Ñandú? 漢字 🌿", subject: "¿Qué tal, Ñandú? 漢字 🌿" },
    { given: "a".repeat(1_000), subject: `${"a".repeat(199)}…` },
  ])("writes the subject $given on one line", async ({ given, subject }) => {
    await mailer?.send({ ...message, subject: given }, "job_1");
    expect(await received()).toMatchObject({ subject });
  });

  it("writes half a character as a sign for it", async () => {
    await mailer?.send({ ...message, subject: "a\ud800" }, "job_1");
    expect(await received()).toMatchObject({ subject: "a\ufffd" });
  });

  it.each(["", "ada", "ada@example.com, eve@evil.test", "ada@example.com\r\nBcc: eve@evil.test", "Ada <ada@example.com>", "a@b@c.example"])(
    "writes to one address only, and not to %j",
    async (to) => {
      await expect(mailer?.send({ ...message, to }, "job_1")).rejects.toMatchObject({ code: "invalid", retryable: false });
    },
  );
});
