import { AppError, parseConfig } from "../shared/platform/index.ts";

/** Variables or secrets with which the Worker would refuse every request; shown without a stack. */
export class ConfigError extends Error {}

/** Throws `ConfigError`, with a sentence for each variable that is missing or wrong. */
export function requireConfig(vars: Readonly<Record<string, string>>): void {
  try {
    parseConfig(vars);
  } catch (cause) {
    if (cause instanceof AppError) throw new ConfigError(cause.message);
    throw cause;
  }
}
