import { configOf } from "./config.ts";
import { errorFields } from "./error-fields.ts";
import { createLog, type Log, type LogFields } from "./log.ts";
import { createReporter } from "./sentry.ts";

interface FaultPlace {
  /** The Worker's variables and secrets. */
  readonly env: object;
  /** Keeps the invocation alive until the report is sent. */
  readonly context: { waitUntil(promise: Promise<unknown>): void };
  readonly log?: Log;
  /** The request that was being answered, if any. */
  readonly request?: Request;
}

/**
 * Tells those who run the installation what went wrong: the log always, Sentry when nobody foresaw it.
 * Never throws: it is called where an error is already being handled, and a wrong configuration may be that very error.
 * @param what the log line, such as `message failed`
 */
export function reportFault({ env, context, log = createLog(), request }: FaultPlace, what: string, cause: unknown, fields: LogFields = {}): void {
  log.error(what, { ...fields, ...errorFields(cause) });
  try {
    const { sentryDsn: dsn, environment } = configOf(env);
    createReporter({ dsn, environment, context, ...(request === undefined ? {} : { request }) }).report(cause, fields);
  } catch (trouble) {
    log.warn("fault was not sent to Sentry", errorFields(trouble));
  }
}
