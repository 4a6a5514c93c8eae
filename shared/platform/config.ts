import { z } from "zod";
import { fromBase64 } from "./base64.ts";
import { type EgressPolicy, parseHostPort } from "./egress/index.ts";
import { AppError, type FieldError } from "./errors.ts";
import { Secret } from "./secret.ts";

const Environment = z.enum(["development", "test", "production"], { error: "must be development, test or production" });
export type Environment = z.infer<typeof Environment>;

/** What the variables and secrets of the Worker say, checked. */
export interface Config {
  readonly environment: Environment;
  /** 32 bytes in base64, for `createVault`. */
  readonly encryptionKey: Secret;
  /** Where unknown errors are reported; undefined when they are only logged. */
  readonly sentryDsn: string | undefined;
  readonly egress: EgressPolicy;
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

/** What a person does about a variable that is missing or wrong; reads on after the problem. */
const remedies: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ENVIRONMENT: "It is set under [vars] in wrangler.toml.",
    ENCRYPTION_KEY:
      "In development `npm start` writes it. For production run `openssl rand -base64 32`, then `npx wrangler secret put ENCRYPTION_KEY` and paste the result.",
    SENTRY_DSN: "Copy it from the project's settings in Sentry into `npx wrangler secret put SENTRY_DSN`, or remove it.",
    EGRESS_ALLOW: "It is for development and tests; remove it from wrangler.toml and from the secrets of a production installation.",
  } satisfies Record<keyof z.infer<typeof Env>, string>),
);

const missingOr = (problem: string) => (issue: { readonly input?: unknown }) => (issue.input === undefined ? "is missing" : problem);

const notKey = missingOr(`must be ${keyBytes} bytes in base64`);
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

const optional = (text: unknown) => (text === "" ? undefined : text);

const Env = z
  .object({
    ENVIRONMENT: Environment,
    ENCRYPTION_KEY: z.string({ error: notKey }).refine(isKey, { error: notKey }),
    SENTRY_DSN: z.preprocess(optional, z.string().regex(dsn, { error: "must look like https://key@host/project" }).optional()),
    EGRESS_ALLOW: EgressAllow,
  })
  .refine(({ ENVIRONMENT, EGRESS_ALLOW }) => ENVIRONMENT !== "production" || isClosed(EGRESS_ALLOW), {
    path: ["EGRESS_ALLOW"],
    error: "opens private addresses, which production refuses",
    when: () => true, // also while other variables are wrong, so that one start shows every problem
  });

/**
 * The configuration in a Worker's `env`. Throws `internal`, not retryable, whose message lists every variable that is
 * missing or wrong with what to do about it, and never a value.
 */
export function parseConfig(env: Readonly<Record<string, unknown>>): Config {
  const { data, error } = Env.safeParse(env);
  if (error !== undefined) throw misconfigured(error.issues);
  return { environment: data.ENVIRONMENT, encryptionKey: new Secret(data.ENCRYPTION_KEY), sentryDsn: data.SENTRY_DSN, egress: data.EGRESS_ALLOW };
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

function misconfigured(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): AppError {
  const errors = issues.map(({ path, message }): FieldError => {
    const name = String(path[0]);
    return { path: name, message: `${name} ${message}. ${remedies.get(name) ?? ""}` };
  });
  const lines = errors.map(({ message }) => `- ${message}`);
  return new AppError("internal", `Mentha is not configured:\n${lines.join("\n")}`, { retryable: false, errors });
}
