import { z } from "zod";
import { fromBase64 } from "./base64.ts";
import { CorsOrigins } from "./cors-origins.ts";
import { type EgressPolicy, parseHostPort } from "./egress/index.ts";
import { AppError, type FieldError } from "./errors.ts";
import { type LimitSettings, Limits } from "./limit-settings.ts";
import { hasSender, type MailSettings, mailSettings, mailVariables } from "./mail-settings.ts";
import { Secret } from "./secret.ts";
import type { ServerKey, ServerKeys } from "./server-key.ts";

const Environment = z.enum(["development", "test", "production"], { error: "must be development, test or production" });
export type Environment = z.infer<typeof Environment>;

/** What the variables and secrets of the Worker say, checked. */
export interface Config {
  readonly environment: Environment;
  /** For `createVault`. */
  readonly encryptionKeys: ServerKeys;
  /** For `createKeyring`. */
  readonly signingKeys: ServerKeys;
  /** Where people reach this installation, without a slash at the end. */
  readonly publicUrl: string;
  /** Lets the first operator of a production installation in, once; undefined when nobody may. */
  readonly setupToken: Secret | undefined;
  readonly mail: MailSettings;
  /** Where unknown errors are reported; undefined when they are only logged. */
  readonly sentryDsn: string | undefined;
  readonly egress: EgressPolicy;
  /** Origins whose pages may call the API, beside the installation's own. */
  readonly corsOrigins: ReadonlySet<string>;
  /** Limits of this installation instead of the usual ones. */
  readonly limits: LimitSettings;
  /** Sockets that one object of live connections takes at most. */
  readonly liveSocketsPerShard: number;
}

/** AES-256 takes exactly this many. */
const keyBytes = 32;

function isKey(text: string): boolean {
  try {
    return fromBase64(text).length === keyBytes;
  } catch {
    return false;
  }
}

/** Where the Worker gets its variables and secrets from; reads on after "it is set" and "copy it". */
interface Places {
  readonly vars: string;
  readonly secret: (name: string) => string;
}

const deployed: Places = { vars: "under [vars] in wrangler.toml", secret: (name) => `into \`npx wrangler secret put ${name}\`` };
/** wrangler.toml says `production`: who says something else does not run what is deployed. */
const local: Places = { vars: "in .dev.vars or under [vars] in wrangler.toml", secret: () => "into .dev.vars" };

/** What a person does about a variable that is missing or wrong; reads on after the problem. */
const remedies = ({ vars, secret }: Places): ReadonlyMap<string, string> =>
  new Map(
    Object.entries({
      ENVIRONMENT: `It is set ${vars}.`,
      ENCRYPTION_KEY:
        "In development `npm start` writes it. For production run `openssl rand -base64 32`, then `npx wrangler secret put ENCRYPTION_KEY` and paste the result. To replace a key, put `k1:` and the new one in front, with a comma between.",
      SIGNING_KEYS:
        'In development `npm start` writes it. For production run `echo "k1:$(openssl rand -base64 32)" | npx wrangler secret put SIGNING_KEYS`; to replace a key, put a new one in front, with a comma between.',
      PUBLIC_URL: `It is set ${vars}: the address at which people reach this installation.`,
      SETUP_TOKEN: "Make one with `openssl rand -hex 32`, or remove it once there is an operator.",
      MAIL_FROM: `It is set ${vars}; docs/deployment.md says what else e-mail needs.`,
      RESEND_API_KEY: `Copy it from the dashboard of Resend ${secret("RESEND_API_KEY")}, or remove it.`,
      EMAIL: "It is the binding [[send_email]] in wrangler.toml.",
      SENTRY_DSN: `Copy it from the project's settings in Sentry ${secret("SENTRY_DSN")}, or remove it.`,
      CORS_ORIGINS: `It is set ${vars}, to the origins of other sites' pages that may call the API, or left out.`,
      LIMITS: `It is set ${vars}, or left out; docs/limits.md lists the names.`,
      LIVE_SOCKETS_PER_SHARD: `It is set ${vars}, or left out.`,
      EGRESS_ALLOW: "It is for development and tests; remove it from wrangler.toml and from the secrets of a production installation.",
    } satisfies Record<keyof z.infer<typeof Env>, string>),
  );

const missingOr = (problem: string) => (issue: { readonly input?: unknown }) => (issue.input === undefined ? "is missing" : problem);

const notServerKeys = `must be kid:key pairs with commas between, each kid once, each key ${keyBytes} bytes in base64`;

/** `kid:base64` pairs with commas between; `whatElse` is said of text that is none. A key without a kid is called as `unnamed` says, if it may be without. */
const serverKeys = (whatElse: string, unnamed?: string) =>
  z.string({ error: missingOr(whatElse) }).transform((text, ctx): ServerKeys => {
    const keys = text.split(",").map((each) => parseServerKey(each, unnamed));
    const [first, ...rest] = keys.filter((key) => key !== null);
    const kids = new Set(keys.map((key) => key?.kid));
    if (first !== undefined && rest.length + 1 === keys.length && kids.size === keys.length) return [first, ...rest];
    ctx.addIssue({ code: "custom", message: text.includes(",") || unnamed === undefined ? notServerKeys : whatElse });
    return z.NEVER;
  });

function parseServerKey(text: string, unnamed: string | undefined): ServerKey | null {
  const [, kid = unnamed, secret] = /^(?:([\w-]{1,32}):)?(\S+)$/.exec(text.trim()) ?? [];
  return kid === undefined || secret === undefined || !isKey(secret) ? null : { kid, secret: new Secret(secret) };
}

const notPublicUrl = missingOr("must be an address such as https://mentha.example.com, with https outside this computer and no path");
const PublicUrl = z
  .url({ protocol: /^https?$/, error: notPublicUrl })
  .transform((text) => new URL(text))
  .refine((url) => url.href === `${url.origin}/` && (url.protocol === "https:" || ["localhost", "127.0.0.1"].includes(url.hostname)), { error: notPublicUrl })
  .transform(({ origin }) => origin);

/** Long enough that guessing is hopeless: 32 hex digits hold 128 bits. */
const minSetupTokenLength = 32;

const notKey = `must be ${keyBytes} bytes in base64`;
/** What an encryption key is called that was set without a name, as all were once. */
const unnamedKid = "k0";
/** `https://<public key>@<host>/<project>`, the shape that Sentry documents for its DSNs. */
const dsn = /^https?:\/\/[^\s/@]+@[^\s/@]+\/(?:[^\s?#]+\/)?\d+$/;
const notPairs = "must be `loopback` or host:port pairs such as 127.0.0.1:8099, separated by commas";

/** The word that admits the machine itself on every port. */
const loopback = "loopback";

const EgressAllow = z
  .string({ error: notPairs })
  .default("")
  .transform((text, ctx): EgressPolicy => {
    const entries = text.split(",").flatMap((entry) => entry.trim() || []);
    const pairs = entries.filter((entry) => entry !== loopback).map(parseHostPort);
    const allow = pairs.filter((pair) => pair !== null);
    if (allow.length < pairs.length) ctx.addIssue({ code: "custom", message: notPairs });
    return { allow, allowLoopback: entries.includes(loopback) };
  });

/** Whether a policy, if there is a valid one at all, adds nothing to the public internet. */
function isClosed(policy: EgressPolicy | undefined): boolean {
  return policy?.allow === undefined || (policy.allow.length === 0 && !policy.allowLoopback);
}

/** Checked also while other variables are wrong, so that one start shows every problem. */
const whateverElse = () => true;

const optional = (text: unknown) => (text === "" ? undefined : text);

/** An object accepts 32,768 sockets (developers.cloudflare.com/durable-objects/platform/limits); what it tells them takes memory too. */
const maxLiveSockets = 32_000;
const usualLiveSockets = 16_000;
const notLiveSockets = `must be a whole number from 1 to ${maxLiveSockets}`;
const LiveSockets = z
  .string({ error: notLiveSockets })
  .regex(/^\d{1,6}$/, { error: notLiveSockets })
  .transform(Number)
  .refine((count) => count >= 1 && count <= maxLiveSockets, { error: notLiveSockets });

const Env = z
  .object({
    ENVIRONMENT: Environment,
    ENCRYPTION_KEY: serverKeys(notKey, unnamedKid),
    SIGNING_KEYS: serverKeys("must be text"),
    PUBLIC_URL: PublicUrl,
    SETUP_TOKEN: z.preprocess(
      optional,
      z
        .string()
        .min(minSetupTokenLength, { error: `must have at least ${minSetupTokenLength} characters` })
        .optional(),
    ),
    SENTRY_DSN: z.preprocess(optional, z.string().regex(dsn, { error: "must look like https://key@host/project" }).optional()),
    ...mailVariables,
    CORS_ORIGINS: CorsOrigins,
    EGRESS_ALLOW: EgressAllow,
    LIMITS: Limits,
    LIVE_SOCKETS_PER_SHARD: z.preprocess(optional, LiveSockets.default(usualLiveSockets)),
  })
  .refine(hasSender, {
    path: ["MAIL_FROM"],
    error: "is missing, although RESEND_API_KEY or the binding EMAIL says how e-mails leave",
    when: whateverElse,
  })
  .refine(({ ENVIRONMENT, SENTRY_DSN }) => ENVIRONMENT !== "production" || SENTRY_DSN?.startsWith("http:") !== true, {
    path: ["SENTRY_DSN"],
    error: "must begin with https:// in production",
    when: whateverElse,
  })
  .refine(({ ENVIRONMENT, EGRESS_ALLOW }) => ENVIRONMENT !== "production" || isClosed(EGRESS_ALLOW), {
    path: ["EGRESS_ALLOW"],
    error: "opens private addresses, which production refuses",
    when: whateverElse,
  });

/**
 * The configuration in a Worker's `env`. Throws `internal`, not retryable, whose message lists every variable that is
 * missing or wrong with what to do about it, and never the value of a secret.
 */
export function parseConfig(env: Readonly<Record<string, unknown>>): Config {
  const { data, error } = Env.safeParse(env);
  if (error !== undefined) throw misconfigured(error.issues, env.ENVIRONMENT === "production" ? deployed : local);
  return {
    environment: data.ENVIRONMENT,
    encryptionKeys: data.ENCRYPTION_KEY,
    signingKeys: data.SIGNING_KEYS,
    publicUrl: data.PUBLIC_URL,
    setupToken: data.SETUP_TOKEN === undefined ? undefined : new Secret(data.SETUP_TOKEN),
    mail: mailSettings(data),
    sentryDsn: data.SENTRY_DSN,
    egress: data.EGRESS_ALLOW,
    limits: data.LIMITS,
    liveSocketsPerShard: data.LIVE_SOCKETS_PER_SHARD,
    corsOrigins: data.CORS_ORIGINS,
  };
}

const read = new WeakMap<object, Config>();

/** `parseConfig` of a Worker's bindings, done once for each: they stay the same for as long as the Worker runs. */
export function configOf(env: object): Config {
  const known = read.get(env);
  if (known !== undefined) return known;
  const config = parseConfig({ ...env });
  read.set(env, config);
  return config;
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function misconfigured(issues: readonly Issue[], places: Places): AppError {
  const remedyOf = remedies(places);
  const errors = issues.map(({ path, message }): FieldError => {
    const name = String(path[0]);
    return { path: name, message: `${name} ${message}. ${remedyOf.get(name) ?? ""}` };
  });
  const lines = errors.map(({ message }) => `- ${message}`);
  return new AppError("internal", `Mentha is not configured:\n${lines.join("\n")}`, { retryable: false, errors });
}
