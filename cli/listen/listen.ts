import { jsonSpelling, withoutCommands } from "../ci-commands.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { tell } from "../tell.ts";
import { type Terminal, write } from "../terminal.ts";
import { eventJson, eventText } from "./event-text.ts";
import { forward } from "./forward.ts";
import type { ListenTask } from "./listen-options.ts";
import type { Endpoint } from "./own-endpoint.ts";
import { type Arrival, startReceiver } from "./receiver.ts";
import { faultOf } from "./verify.ts";

/** Deliveries of which it is known that they came before; older ones are forgotten. */
const mostKnown = 10_000;
/** Any page in a browser can send requests to this computer: of many that are forged, some are told. */
const mostToldOf = 20;

interface Output {
  readonly asJson: boolean;
  readonly terminal: Terminal;
}

type Task = Pick<ListenTask, "host" | "port" | "reply">;

/**
 * Listens and prints what comes until the person wants it to end. `open` is called once something listens, and says what signs; it is closed however
 * this ends.
 */
export async function listen(task: Task, output: Output, open: (port: number) => Promise<Endpoint>): Promise<ExitCode> {
  const { terminal } = output;
  // The first event may be quicker than the answer that has the secret.
  const opened = Promise.withResolvers<string>();
  const answer = answering(task.reply, output);
  const receiver = await startReceiver(task, async (arrival) => answer(arrival, await opened.promise));
  try {
    if (terminal.signal.aborted) return exitCodes.passed;
    const endpoint = await open(receiver.port);
    try {
      opened.resolve(endpoint.secret);
      // Who wants it to end already has been told that it does.
      if (!terminal.signal.aborted) await tell(terminal, greeting({ ...task, port: receiver.port }, endpoint));
      await ended(terminal);
    } finally {
      const end = await endpoint.close();
      if (end !== undefined) await tell(terminal, end);
    }
  } finally {
    await receiver.close();
  }
  return exitCodes.passed;
}

function greeting({ host, port }: Task, { made, note }: Endpoint): string {
  const at = `Listening at ${host} port ${port}`;
  if (made === undefined) return `${at}. Ctrl-C ends it.`;
  return [`${at}, for ${made.url} (${made.id}). Ctrl-C ends it and deletes the endpoint.`, ...(note === undefined ? [] : [note])].join("\n");
}

/** Until the person wants it to end, or nobody reads any more what it prints, as after `| head -n 1`. */
function ended({ signal, stdout }: Terminal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
    stdout.once("error", () => resolve());
  });
}

/** What becomes of each request: the status to answer with, once it is printed. */
function answering(reply: Task["reply"], { asJson, terminal }: Output): (arrival: Arrival, secret: string) => Promise<number> {
  const known = new Set<string>();
  const isKnown = (id: string): boolean => {
    const was = known.delete(id);
    known.add(id);
    for (const oldest of known) {
      if (known.size <= mostKnown) break;
      known.delete(oldest);
    }
    return was;
  };
  let refused = 0;
  const refuse = async (fault: string): Promise<number> => {
    refused += 1;
    const sentence = `NOT VERIFIED: a request came whose signature does not hold (${fault}). It was answered with 401 and is not shown.`;
    if (refused < mostToldOf) await tell(terminal, sentence);
    else if (refused % mostToldOf === 0) await tell(terminal, `${sentence} There were ${refused} such so far; not each of them is told.`);
    return 401;
  };
  return async (arrival, secret) => {
    const at = Date.now();
    const fault = faultOf(secret, arrival);
    if (fault !== null) return refuse(fault);
    const isRepeated = isKnown(arrival.headers["webhook-id"] ?? "");
    const { status, fault: unanswered } = "forward" in reply ? await forward(reply.forward, arrival, terminal.signal) : { ...reply, fault: undefined };
    if (unanswered !== undefined && "forward" in reply) await tell(terminal, `${reply.forward} did not answer (${unanswered}).`);
    const heard = { arrival, at, isRepeated, status };
    await write(terminal.stdout, `${asJson ? withoutCommands(eventJson(heard), jsonSpelling) : withoutCommands(eventText(heard))}\n`);
    return status;
  };
}
