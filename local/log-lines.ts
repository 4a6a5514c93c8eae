import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/** Levels that a person should see without looking into the file. */
const loud: ReadonlySet<string> = new Set(["warn", "error"]);

/** Keeps every line of the Worker in `file`, begun afresh, and shows warnings and errors on the terminal as well. */
export async function logTo(file: string, show: (line: string) => void): Promise<(level: string, message: string) => void> {
  await mkdir(dirname(file), { recursive: true });
  const stream = createWriteStream(file);
  return (level, message) => {
    stream.write(`${message}\n`);
    if (loud.has(level) && !isOfWorkerd(message)) show(readable(level, message));
  };
}

/** workerd marks notes to its makers with this word, such as an alarm that was cancelled when its object was stopped; nobody else can act on them. */
const isOfWorkerd = (message: string): boolean => parseLine(message) === undefined && /\bNOSENTRY\b/.test(message);

/** A structured line as a sentence: `error  Fan-out failed  eventId=evt_… errorCode=internal`. Other text stays as it is. */
export function readable(level: string, message: string): string {
  const fields = parseLine(message);
  if (fields === undefined) return `${level}  ${message}`;
  const { ts: _, level: __, msg, ...rest } = fields;
  const pairs = Object.entries(rest).map(([name, value]) => `${name}=${String(value)}`);
  return [level, String(msg), ...(pairs.length > 0 ? [pairs.join(" ")] : [])].join("  ");
}

/**
 * What our code threw and nobody caught, out of a line of workerd's own, which has the level `info`. Undefined for other lines:
 * workerd notes every connection that fails in the same words, but without a place in our bundle.
 */
export function uncaughtError(message: string): string | undefined {
  const stack = /^uncaught exception; source = [^;]*; stack = (.+)$/s.exec(message)?.[1];
  return stack?.includes("dist/worker/index.js") === true ? `Uncaught ${stack}` : undefined;
}

function parseLine(message: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(message);
    // An object with a string `msg` is what our log writes.
    return typeof value === "object" && value !== null && "msg" in value ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
