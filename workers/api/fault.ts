import type { Context } from "hono";
import { type AppError, type Config, createReporter, parseConfig } from "../../shared/platform/index.ts";
import type { ApiEnv } from "./env.ts";

/** Tells those who run the installation what the answer does not: the log always, Sentry when nobody foresaw it. */
export function recordFault(c: Context<ApiEnv>, thrown: unknown, error: AppError): void {
  const { requestId, log } = c.var;
  const { code: errorCode, message: errorMessage } = error;
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  log.error("request failed", { errorCode, errorMessage, ...(stack === undefined ? {} : { stack }) });
  const config = readConfig(c.env);
  if (config === null) return;
  const { sentryDsn: dsn, environment } = config;
  createReporter({ dsn, environment, request: c.req.raw, context: c.executionCtx }).report(thrown, { requestId });
}

/** A wrong configuration is itself a fault that comes here; the log has it already. */
function readConfig(env: Env): Config | null {
  try {
    return parseConfig({ ...env });
  } catch {
    return null;
  }
}
