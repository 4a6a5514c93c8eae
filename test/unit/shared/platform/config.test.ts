import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../../shared/platform/config.ts";
import { AppError } from "../../../../shared/platform/errors.ts";

const key = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";
const valid = { ENVIRONMENT: "development", ENCRYPTION_KEY: key, SIGNING_KEYS: `k1:${key}`, PUBLIC_URL: "https://mentha.test" };

/** The error that a configuration is refused with. */
function refusalOf(env: Record<string, unknown>): AppError {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  return expect.unreachable("the configuration was accepted");
}

describe("a configuration", () => {
  it("needs an environment and a key", () => {
    const config = parseConfig(valid);
    expect(config).toMatchObject({ environment: "development", sentryDsn: undefined, egress: { allow: [], allowLoopback: false } });
    expect(config.encryptionKeys.map(({ kid, secret }) => [kid, secret.reveal()])).toEqual([["k0", key]]);
  });

  it("ignores what is not its own", () => {
    expect(parseConfig({ ...valid, DB: {}, OTHER: "x" })).not.toHaveProperty("OTHER");
  });

  it.each(["development", "test", "production"])("knows the environment %s", (environment) => {
    expect(parseConfig({ ...valid, ENVIRONMENT: environment }).environment).toBe(environment);
  });

  it.each([
    { given: "", allow: [], allowLoopback: false },
    { given: "loopback", allow: [], allowLoopback: true },
    { given: "127.0.0.1:8099", allow: ["127.0.0.1:8099"], allowLoopback: false },
    { given: " LOCALHOST:80 , [::1]:8099,, loopback", allow: ["localhost:80", "[::1]:8099"], allowLoopback: true },
  ])("reads EGRESS_ALLOW '$given'", ({ given, allow, allowLoopback }) => {
    expect(parseConfig({ ...valid, EGRESS_ALLOW: given }).egress).toEqual({ allow, allowLoopback });
  });

  it.each([
    { given: "https://abc123@o1.ingest.sentry.io/42", dsn: "https://abc123@o1.ingest.sentry.io/42" },
    { given: "https://abc123@sentry.example.com/prefix/42", dsn: "https://abc123@sentry.example.com/prefix/42" },
    { given: "http://abc123@127.0.0.1:9000/42", dsn: "http://abc123@127.0.0.1:9000/42" },
    { given: "", dsn: undefined },
    { given: undefined, dsn: undefined },
  ])("reads SENTRY_DSN '$given'", ({ given, dsn }) => {
    expect(parseConfig({ ...valid, SENTRY_DSN: given }).sentryDsn).toBe(dsn);
  });

  it.each([
    { given: undefined, origins: [] },
    { given: "", origins: [] },
    { given: "https://app.example.com", origins: ["https://app.example.com"] },
    { given: " https://a.example , http://localhost:5173,, http://[::1]:80 81", origins: null },
    {
      given: " https://a.example:8443 , http://localhost:5173,, http://[::1]:81",
      origins: ["https://a.example:8443", "http://localhost:5173", "http://[::1]:81"],
    },
    { given: "*", origins: null },
    { given: "https://*.example.com", origins: null },
    { given: "null", origins: null },
    { given: "http://app.example.com", origins: null },
    { given: "https://app.example.com/", origins: null },
    { given: "https://APP.example.com", origins: null },
    { given: "https://app.example.com:443", origins: null },
    { given: "https://user@app.example.com", origins: null },
    { given: "file:///srv", origins: null },
  ])("reads or refuses CORS_ORIGINS '$given'", ({ given, origins }) => {
    const env = { ...valid, CORS_ORIGINS: given };
    if (origins === null)
      expect(refusalOf(env).errors).toEqual([{ path: "CORS_ORIGINS", message: expect.stringMatching(/must be origins such as .*wrangler\.toml/) }]);
    else expect([...parseConfig(env).corsOrigins]).toEqual(origins);
  });

  const from = { MAIL_FROM: "Web team, S.L. <mentha@example.com>" };
  const resend = { RESEND_API_KEY: "re_12345678" };
  it.each([
    { given: {}, development: "mailbox", production: "nothing" },
    { given: from, development: "mailbox", production: "nothing" },
    { given: { ...from, ...resend }, development: "resend", production: "resend" },
    { given: { ...from, EMAIL: {} }, development: "mailbox", production: "binding" },
    { given: { ...from, ...resend, EMAIL: {} }, development: "resend", production: "resend" },
    { given: { MAIL_FROM: "", RESEND_API_KEY: "" }, development: "mailbox", production: "nothing" },
  ])("sends e-mails through $development in development and $production in production with $given", ({ given, development, production }) => {
    expect(parseConfig({ ...valid, ...given }).mail.via).toBe(development);
    expect(parseConfig({ ...valid, ...given, ENVIRONMENT: "test" }).mail.via).toBe(development);
    expect(parseConfig({ ...valid, ...given, ENVIRONMENT: "production" }).mail.via).toBe(production);
  });

  it.each([
    { given: "mentha@example.com", sender: { name: null, address: "mentha@example.com" } },
    { given: " Web team, S.L. <mentha@example.com> ", sender: { name: "Web team, S.L.", address: "mentha@example.com" } },
    { given: "Auditoría Ñandú <m@xn--bcher-kva.example>", sender: { name: "Auditoría Ñandú", address: "m@xn--bcher-kva.example" } },
  ])("reads MAIL_FROM '$given'", ({ given, sender }) => {
    expect(parseConfig({ ...valid, ...resend, MAIL_FROM: given }).mail).toMatchObject({ from: sender });
  });

  it("shows no key when it is printed", () => {
    const config = parseConfig({ ...valid, ...from, ...resend });
    expect(JSON.stringify(config)).not.toContain(resend.RESEND_API_KEY);
    expect(JSON.stringify(config)).not.toContain(key);
    expect(String(config.encryptionKeys[0].secret)).not.toContain(key);
  });
});

describe("a refused configuration", () => {
  it.each([
    { problem: "ENVIRONMENT must be development, test or production", env: { ENVIRONMENT: "staging" } },
    { problem: "ENVIRONMENT must be development, test or production", env: { ENVIRONMENT: undefined } },
    { problem: "ENCRYPTION_KEY is missing", env: { ENCRYPTION_KEY: undefined } },
    { problem: "ENCRYPTION_KEY must be 32 bytes in base64", env: { ENCRYPTION_KEY: "" } },
    { problem: "ENCRYPTION_KEY must be 32 bytes in base64", env: { ENCRYPTION_KEY: "c2hvcnQ=" } },
    { problem: "ENCRYPTION_KEY must be 32 bytes in base64", env: { ENCRYPTION_KEY: "not base64 at all!" } },
    { problem: "ENCRYPTION_KEY must be 32 bytes in base64", env: { ENCRYPTION_KEY: 7 } },
    { problem: "SENTRY_DSN must look like", env: { SENTRY_DSN: "sentry.io" } },
    { problem: "SENTRY_DSN must begin with https://", env: { ENVIRONMENT: "production", SENTRY_DSN: "http://abc123@sentry.example.com/42" } },
    { problem: "SENTRY_DSN must look like", env: { SENTRY_DSN: "https://o1.ingest.sentry.io/42" } },
    { problem: "MAIL_FROM must be an address", env: { MAIL_FROM: "mentha" } },
    { problem: "MAIL_FROM must be an address", env: { MAIL_FROM: "Mentha\r\nBcc: eve@evil.test <mentha@example.com>" } },
    { problem: "MAIL_FROM must be an address", env: { MAIL_FROM: "a@example.com>, <b@example.com" } },
    { problem: "MAIL_FROM must be an address", env: { MAIL_FROM: 'Web "team" <mentha@example.com>' } },
    { problem: "MAIL_FROM is missing, although", env: { RESEND_API_KEY: "re_12345678" } },
    { problem: "MAIL_FROM is missing, although", env: { RESEND_API_KEY: "re_12345678", MAIL_FROM: "" } },
    { problem: "MAIL_FROM is missing, although", env: { ENVIRONMENT: "production", EMAIL: {} } },
    { problem: "RESEND_API_KEY must look like", env: { RESEND_API_KEY: "sk_12345678", MAIL_FROM: "mentha@example.com" } },
    { problem: "EGRESS_ALLOW must be `loopback` or host:port pairs", env: { EGRESS_ALLOW: "127.0.0.1" } },
    { problem: "EGRESS_ALLOW must be `loopback` or host:port pairs", env: { EGRESS_ALLOW: "loopback,http://127.0.0.1:8099" } },
    { problem: "EGRESS_ALLOW must be `loopback` or host:port pairs", env: { EGRESS_ALLOW: "*:80:80" } },
    { problem: "EGRESS_ALLOW opens private addresses", env: { ENVIRONMENT: "production", EGRESS_ALLOW: "loopback" } },
    { problem: "EGRESS_ALLOW opens private addresses", env: { ENVIRONMENT: "production", EGRESS_ALLOW: "10.0.0.1:80" } },
  ])("says: $problem ($env)", ({ problem, env }) => {
    const error = refusalOf({ ...valid, ...env });
    expect(error).toMatchObject({ code: "internal", retryable: false, message: expect.stringContaining(problem) });
    expect(error.errors).toHaveLength(1);
  });

  it("says how a missing key is set, in development and in production", () => {
    const { message } = refusalOf({ ENVIRONMENT: "production" });
    expect(message).toContain("npm start");
    expect(message).toContain("wrangler secret put ENCRYPTION_KEY");
  });

  it.each([
    { environment: "production", variable: "set under [vars] in wrangler.toml", secret: "npx wrangler secret put RESEND_API_KEY" },
    { environment: "development", variable: "set in .dev.vars or under [vars] in wrangler.toml", secret: "into .dev.vars" },
  ])("says where variables and secrets are set in $environment", ({ environment, variable, secret }) => {
    const { message } = refusalOf({ ...valid, ENVIRONMENT: environment, LIMITS: "x", CORS_ORIGINS: "https://ok.example,*", RESEND_API_KEY: "x" });
    expect(message).toMatch(/\n- CORS_ORIGINS has "\*", but must be origins/);
    expect(
      message
        .split("\n")
        .filter((line) => line.includes(variable))
        .map((line) => /- (\w+)/.exec(line)?.[1]),
    ).toEqual(expect.arrayContaining(["CORS_ORIGINS", "LIMITS"]));
    expect(message).toContain(secret);
  });

  it.each([
    [undefined, 16_000],
    ["", 16_000],
    ["1", 1],
    ["32000", 32_000],
  ])("takes %s live connections in one object as %i", (LIVE_SOCKETS_PER_SHARD, sockets) => {
    expect(parseConfig({ ...valid, LIVE_SOCKETS_PER_SHARD }).liveSocketsPerShard).toBe(sockets);
  });

  it.each(["0", "32001", "-1", "1.5", "many"])("refuses %s live connections in one object", (LIVE_SOCKETS_PER_SHARD) => {
    expect(refusalOf({ ...valid, LIVE_SOCKETS_PER_SHARD }).message).toContain("LIVE_SOCKETS_PER_SHARD must be a whole number from 1 to 32000");
  });

  it("says everything that is wrong at once", () => {
    const { errors, message } = refusalOf({ ENVIRONMENT: "x", SENTRY_DSN: "y", MAIL_FROM: "w", EGRESS_ALLOW: "z" });
    expect(errors.map(({ path }) => path)).toEqual(["ENVIRONMENT", "ENCRYPTION_KEY", "SIGNING_KEYS", "PUBLIC_URL", "SENTRY_DSN", "MAIL_FROM", "EGRESS_ALLOW"]);
    for (const { path } of errors) expect(message).toContain(`- ${path} `);
  });

  it("says a production-only problem together with the others", () => {
    const { errors } = refusalOf({ ENVIRONMENT: "production", EGRESS_ALLOW: "loopback" });
    expect(errors.map(({ path }) => path)).toEqual(expect.arrayContaining(["ENCRYPTION_KEY", "EGRESS_ALLOW"]));
  });

  it("never repeats a value", () => {
    expect(refusalOf({ ...valid, ENCRYPTION_KEY: "almost-a-key" }).message).not.toContain("almost-a-key");
  });
});
