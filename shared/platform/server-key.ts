import type { Secret } from "./secret.ts";

/** A server key; `kid` names it in what was made with it, so that keys can be replaced without ending what is in use. */
export interface ServerKey {
  readonly kid: string;
  /** 32 bytes in base64. */
  readonly secret: Secret;
}

/** At least one, the current one first. */
export type ServerKeys = readonly [ServerKey, ...ServerKey[]];
