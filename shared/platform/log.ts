/**
 * The only things a log line may say, beside its level and message. The list is closed on purpose:
 * a header, a body or a key cannot reach a log by accident, because there is no field to put it in.
 */
export interface LogFields {
  readonly requestId?: string;
  readonly workspaceId?: string;
  readonly actorId?: string;
  readonly domain?: string;
  readonly method?: string;
  readonly route?: string;
  readonly status?: number;
  readonly durationMs?: number;
  readonly auditId?: string;
  readonly eventId?: string;
  readonly eventType?: string;
  readonly jobId?: string;
  readonly jobType?: string;
  readonly scheduleId?: string;
  readonly runId?: string;
  readonly queue?: string;
  readonly messageId?: string;
  readonly attempt?: number;
  readonly count?: number;
  readonly limit?: string;
  readonly cron?: string;
  readonly host?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly stack?: string;
}
const fieldNames: readonly (keyof LogFields)[] = [
  "requestId",
  "workspaceId",
  "actorId",
  "domain",
  "method",
  "route",
  "status",
  "durationMs",
  "auditId",
  "eventId",
  "eventType",
  "jobId",
  "jobType",
  "scheduleId",
  "runId",
  "queue",
  "messageId",
  "attempt",
  "count",
  "limit",
  "cron",
  "host",
  "errorCode",
  "errorMessage",
  "stack",
];

export type Level = "info" | "warn" | "error";

export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log whose every line also says `fields`. */
  with(fields: LogFields): Log;
}

/** What an error's own words might quote: our keys, bearer tokens, credentials in a URL, query strings, what a database query was given. */
const secrets: readonly [RegExp, string | ((match: string) => string)][] = [
  [/\bmk_(live|test)_[0-9A-Za-z]+/g, "mk_$1_[secret]"],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, "$1 [secret]"],
  [/(https?:\/\/)[^\s/@]+@/gi, "$1[secret]@"],
  // Taken in two steps: a pattern that looks for the "?" from every "https://" would take quadratic time.
  [/https?:\/\/[^\s"']+/gi, (address) => address.replace(/\?[^)]*/g, "?[secret]")],
  [/(\nparams: )[\s\S]*/g, "$1[secret]"],
];

/** Text without anything that looks like a secret. */
export function redact(text: string): string {
  return secrets.reduce(
    (rest, [pattern, replacement]) => (typeof replacement === "string" ? rest.replace(pattern, replacement) : rest.replace(pattern, replacement)),
    text,
  );
}

type Write = (level: Level, line: string) => void;

const toConsole: Write = (level, line) => console[level](line);

/** One JSON object per line: `ts level msg` and the fields of `LogFields`, nothing else. */
export function createLog(write: Write = toConsole, now: () => number = Date.now, base: LogFields = {}): Log {
  const say = (level: Level, message: string, fields: LogFields = {}): void => {
    const line: Record<string, unknown> = { ts: new Date(now()).toISOString(), level, msg: redact(message) };
    const all = { ...base, ...fields };
    for (const name of fieldNames) {
      const value = all[name];
      if (value !== undefined) line[name] = typeof value === "string" ? redact(value) : value;
    }
    write(level, JSON.stringify(line));
  };
  return {
    info: (message, fields) => say("info", message, fields),
    warn: (message, fields) => say("warn", message, fields),
    error: (message, fields) => say("error", message, fields),
    with: (fields) => createLog(write, now, { ...base, ...fields }),
  };
}
