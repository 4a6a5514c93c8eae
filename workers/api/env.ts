import type { WhoAsks } from "../../shared/identity/index.ts";
import type { KeyPrincipal } from "../../shared/keys/index.ts";
import type { Context, Log, PersonContext, VisitorContext } from "../../shared/platform/index.ts";
import type { Asked } from "./limits/asked.ts";

/** What every request carries. */
export interface ApiEnv {
  Bindings: Env;
  Variables: {
    requestId: string;
    log: Log;
    /** The API key that asks, once it was let in. */
    usedKey?: KeyPrincipal;
    /** By what the credential of a request that has one is remembered. */
    credentialDigest?: string;
    /** What limiters were asked last, of which the answer tells, and what they say. */
    asked?: Asked;
    /** Ends what the request holds open. */
    releaseLease?: () => Promise<void>;
  };
}

type With<Variables> = { Bindings: Env; Variables: ApiEnv["Variables"] & Variables };

/** What a request of nobody in particular carries, such as signing in. */
export type VisitorEnv = With<{ visitor: VisitorContext }>;

/** What a request carries once its access token was checked. */
export type PersonEnv = With<{ person: PersonContext }>;

/** What a request carries once its access token or its key was checked, in whatever workspace. */
export type CallerEnv = With<{ visitor: VisitorContext; caller: WhoAsks }>;

/** What a request carries once it is known who acts in which workspace. */
export type SignedInEnv = With<{ ctx: Context }>;
