import { addressOf } from "../address.ts";
import { UsageError } from "../errors.ts";
import { listOf, wholeNumberOf } from "../flag-values.ts";
import type { Flag, Parsed } from "../flags.ts";
import { refuseExtra } from "../sign-in/account-flags.ts";
import { isSigningSecret } from "./verify.ts";

const usualPort = 4040;
const mostPort = 65_535;
const usualHost = "127.0.0.1";
const usualAnswer = 204;

/** Where to listen, and to what. */
export const listenFlags = {
  port: { value: "NUMBER", help: `Port to listen at; 0 for any that is free (default ${usualPort})` },
  host: { value: "ADDRESS", help: `Address of this computer to listen at (default ${usualHost}, which nobody else reaches)` },
  events: { value: "TYPES", help: "Only events of these types, with commas between; may be given several times (default: all)" },
  url: { value: "URL", help: "Where the server reaches this computer, such as the address of a tunnel (default: http://127.0.0.1:PORT/)" },
  secret: { value: "SECRET", help: "Signing secret of an endpoint that exists, for which no server is asked; better given as MENTHA_WEBHOOK_SECRET" },
} as const satisfies Record<string, Flag>;

/** What to do with what comes. */
export const answerFlags = {
  forward: { value: "URL", help: "Send each event on as it came, and answer with the status that comes back" },
  answer: { value: "STATUS", help: `Answer with this status, such as 500 to see what is tried again (default ${usualAnswer})` },
} as const satisfies Record<string, Flag>;

/** What one line of `mentha listen` asks for. */
export interface ListenTask {
  readonly host: string;
  readonly port: number;
  /** Of an endpoint that exists; else one is made, for these events, at this address or at that of the receiver. */
  readonly endpoint: { readonly secret: string } | { readonly events: readonly string[]; readonly url: string | undefined };
  readonly reply: { readonly forward: string } | { readonly status: number };
}

type Given = Parsed<keyof typeof listenFlags | keyof typeof answerFlags>;

type Env = Readonly<Record<string, string | undefined>>;

/** Reads the options; a secret in the environment is no less than one on the command line, which everybody on the computer is shown. Throws `UsageError`. */
export function listenTaskOf(given: Given, env: Env): ListenTask {
  refuseExtra("listen", given);
  return {
    host: given.get("host") ?? usualHost,
    port: wholeNumberOf(given, "port", mostPort) ?? usualPort,
    endpoint: endpointOf(given, env),
    reply: replyOf(given),
  };
}

function endpointOf(given: Given, env: Env): ListenTask["endpoint"] {
  const secret = given.get("secret") ?? (env.MENTHA_WEBHOOK_SECRET || undefined);
  const url = given.get("url");
  const events = listOf(given, "events");
  if (secret === undefined) return { events: events.length === 0 ? ["*"] : events, url: url === undefined ? undefined : addressOf(url, "sent to") };
  if (url !== undefined || events.length > 0) {
    throw new UsageError("--secret is that of an endpoint that exists, with an address and events of its own: leave out --url and --events.");
  }
  // It is not repeated: it may be a secret with a letter too few.
  if (!isSigningSecret(secret))
    throw new UsageError("--secret: this is no signing secret. It is whsec_ and what follows, which was shown when the endpoint was made");
  return { secret };
}

function replyOf(given: Given): ListenTask["reply"] {
  const forward = given.get("forward");
  const status = wholeNumberOf(given, "answer", 599);
  if (forward === undefined) {
    if (status !== undefined && status < 200) throw new UsageError("--answer: give a status from 200 to 599");
    return { status: status ?? usualAnswer };
  }
  if (status !== undefined) throw new UsageError("Give either --forward, which answers what comes back, or --answer.");
  return { forward: addressOf(forward, "sent to") };
}
