import { linkedErrorsIntegration, type Options, Toucan } from "toucan-js";
import type { Environment } from "./config.ts";
import { AppError } from "./errors.ts";
import { type LogFields, redact } from "./log.ts";

/** Tells the people who run the installation about errors that nobody foresaw. */
export interface Reporter {
  /** Reports an unknown error or an `internal` one; every other code is a foreseen answer and is left alone. Never throws. */
  readonly report: (error: unknown, fields?: LogFields) => void;
}

type Fetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

interface ReporterOptions {
  /** From the configuration; without one nothing is sent. */
  readonly dsn: string | undefined;
  readonly environment: Environment;
  /** The request that was being answered, if any: its method and path are reported. */
  readonly request?: Request;
  /** Keeps the invocation alive until the report is sent. */
  readonly context: { waitUntil(promise: Promise<unknown>): void };
  readonly fetch?: Fetch;
}

type BeforeSend = NonNullable<Options["beforeSend"]>;
type SentryEvent = Parameters<BeforeSend>[0];
type SentryException = NonNullable<NonNullable<SentryEvent["exception"]>["values"]>[number];

/** A reporter to Sentry for one invocation. */
export function createReporter({ dsn, environment, request, context, fetch = globalThis.fetch }: ReporterOptions): Reporter {
  if (dsn === undefined) return { report: () => {} };
  return {
    report(error, fields = {}) {
      if (error instanceof AppError && error.code !== "internal") return;
      const toucan = new Toucan({
        dsn,
        environment,
        context,
        // Only what `scrubbed` needs: the default integration that copies headers, cookies and bodies never runs.
        defaultIntegrations: [linkedErrorsIntegration()],
        transportOptions: { fetcher: quiet(fetch) },
        beforeSend: (event) => scrubbed(event, request, fields),
      });
      toucan.captureException(error instanceof Error ? error : new Error(String(error)));
    },
  };
}

/** What may leave us; everything else that the library collects is removed, so that a new version of it cannot send more. */
const keptEvent: ReadonlySet<string> = new Set(["event_id", "timestamp", "platform", "environment", "exception", "type"]);
const keptException: ReadonlySet<string> = new Set(["type", "value", "stacktrace", "mechanism"]);
const keptFrame: ReadonlySet<string> = new Set(["filename", "abs_path", "function", "module", "lineno", "colno", "in_app"]);

function scrubbed(event: SentryEvent, request: Request | undefined, fields: LogFields): SentryEvent {
  keepOnly(event, keptEvent);
  for (const exception of event.exception?.values ?? []) scrubException(exception);
  if (request !== undefined) event.request = { method: request.method, url: withoutQuery(request.url) };
  event.extra = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, typeof value === "string" ? redact(value) : value]));
  if (fields.requestId !== undefined) event.tags = { requestId: fields.requestId };
  return event;
}

function scrubException(exception: SentryException): void {
  keepOnly(exception, keptException);
  if (exception.value !== undefined) exception.value = redact(exception.value);
  for (const frame of exception.stacktrace?.frames ?? []) keepOnly(frame, keptFrame);
}

function keepOnly(object: object, names: ReadonlySet<string>): void {
  for (const name of Object.keys(object)) if (!names.has(name)) Reflect.deleteProperty(object, name);
}

function withoutQuery(address: string): string {
  const { origin, pathname } = new URL(address);
  return origin + pathname;
}

/** The library hands its request to `waitUntil` as it is: a Sentry that is down must not make our invocation count as failed. */
function quiet(fetch: Fetch): Fetch {
  return (input, init) => fetch(input, init).catch(() => new Response(null, { status: 503 }));
}
