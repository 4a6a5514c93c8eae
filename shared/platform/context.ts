import type { Database } from "../db/client.ts";
import type { Clock } from "./clock.ts";
import type { Environment } from "./config.ts";
import type { EgressPolicy } from "./egress/index.ts";
import { AppError } from "./errors.ts";
import type { Keyring } from "./keyring.ts";
import type { LimitSettings } from "./limit-settings.ts";
import type { Log } from "./log.ts";
import { isOperatorPermission, type Permission } from "./permissions.ts";
import type { Secret } from "./secret.ts";
import type { Vault } from "./vault.ts";

/** What every verb receives, whoever asks: the directory of people and workspaces, a clock, and the few services it may use. */
export interface VisitorContext {
  /** The first database, which alone holds people, workspaces, sessions and keys. */
  readonly directory: Database;
  readonly now: Clock;
  readonly log: Log;
  readonly requestId: string;
  readonly environment: Environment;
  /** Where people reach this installation, such as `https://mentha.example.com`: for links in e-mails, and the issuer of tokens. No slash at the end. */
  readonly publicUrl: string;
  /** Signs access tokens and derives refresh tokens. */
  readonly keyring: Keyring;
  /** Encrypts what must be stored and read back, such as credentials. */
  readonly vault: Vault;
  /** Lets the first operator in; undefined when nobody may be let in that way. */
  readonly setupToken: Secret | undefined;
  /** Whether e-mails can leave this installation; verbs that need one refuse before they accept anything. */
  readonly sendsMail: boolean;
  /** From where the request came; null where it is not known. */
  readonly client: { readonly ip: string | null; readonly userAgent: string | null };
  /** Jobs that verbs accepted; the edge tells the `work` queue of them once the batch is committed. */
  readonly dueJobs: DueJob[];
  /** Events of workspaces that verbs recorded in the directory; the edge tells the `events` queue of them once the batch is committed. */
  readonly dueEvents: DueEvent[];
  /**
   * Whose rights verbs changed, noted before they commit; the edge has their open connections closed after the answer, whatever it says: a batch may be
   * committed although its answer was lost.
   */
  readonly rightsChanges: RightsChange[];
}

/** Somebody whose open connections may rest on rights that they no longer have. */
export interface RightsChange {
  /** Null for every workspace that the person is in. */
  readonly workspaceId: string | null;
  /** The person, with the keys that they made; null for everybody in the workspace. */
  readonly userId: string | null;
  /** The one session or key that is concerned; null for all of theirs. */
  readonly actorId: string | null;
}

export interface DueJob {
  readonly workspaceId: string;
  readonly jobId: string;
}

export interface DueEvent {
  readonly workspaceId: string;
  readonly eventId: string;
}

/** What verbs about oneself receive: a person who signed in, in no workspace. */
export interface PersonContext extends VisitorContext {
  readonly userId: string;
  readonly sessionId: string;
}

/** Who acts in a workspace: somebody who signed in, or an API key. */
export type Actor = SessionActor | KeyActor;

interface BaseActor {
  /** The person; of a key, the one who made it. */
  readonly userId: string;
  readonly permissions: ReadonlySet<Permission>;
}

export interface SessionActor extends BaseActor {
  readonly kind: "session";
  /** Id of the session. */
  readonly id: string;
}

export interface KeyActor extends BaseActor {
  readonly kind: "key";
  /** Id of the key. */
  readonly id: string;
  /** When the key ends; null for never. What it makes must not outlive it. */
  readonly expiresAt: number | null;
  /** CIDR blocks that it may be used from; an empty list is every address. */
  readonly allowedIps: readonly string[];
  /** Its own limits, by the name of the policy. */
  readonly limits: Readonly<Record<string, number>>;
}

/** A request that carries an `Idempotency-Key`, as `shared/idempotency` claimed it: whoever asks again gets the first answer. */
export interface Claim {
  readonly principalId: string;
  readonly route: string;
  /** The header as it was sent. */
  readonly key: string;
  readonly attempt: number;
}

/** What verbs in a workspace receive. */
export interface Context extends VisitorContext {
  /** The database that holds the workspace's own things. */
  readonly db: Database;
  readonly actor: Actor;
  readonly workspaceId: string;
  /** Which addresses outgoing requests may reach. */
  readonly egress: EgressPolicy;
  /** What this installation says of limits, where that is not what the table says. */
  readonly limits: LimitSettings;
  /** Null for a request that may act again when it is sent again. */
  readonly claim: Claim | null;
  /** Ids of the events that verbs recorded; the edge sends them to the `events` queue once the batch is committed. */
  readonly outbox: string[];
}

/** The first line of every verb in a workspace. */
export function requirePermission(ctx: Pick<Context, "actor">, permission: Permission): void {
  if (ctx.actor.permissions.has(permission)) return;
  throw new AppError("forbidden", `This needs the permission ${permission}, ${lacking(ctx.actor, permission)}.`);
}

function lacking({ kind }: Actor, permission: Permission): string {
  if (kind === "key") return "which the API key does not have";
  return isOperatorPermission(permission) ? "which only operators of the installation have" : "which your role in this workspace does not have";
}
