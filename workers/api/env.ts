import type { Context, Log } from "../../shared/platform/index.ts";

/** What every request carries. */
export interface ApiEnv {
  Bindings: Env;
  Variables: {
    requestId: string;
    log: Log;
  };
}

/** What a request carries once its key was checked. */
export interface SignedInEnv {
  Bindings: Env;
  Variables: ApiEnv["Variables"] & { ctx: Context };
}
