import { fromBase64 } from "./base64.ts";
import type { Secret } from "./secret.ts";
import type { ServerKeys } from "./server-key.ts";

/** What a key is used for; each use has bytes of its own, so that nothing made for one can pass for another. */
export type KeyUse = "access-token" | "refresh-token" | "audit-seal" | "idempotent-answer" | "idempotent-content" | "live-ticket";

/** The server's keys: the current one makes, all of them check. */
export interface Keyring {
  /** The `kid` of the key to use for what is made from now on. */
  readonly current: string;
  /** 32 bytes for one use of one key; undefined when the ring has no such key (any more). */
  bytes(kid: string, use: KeyUse): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

const derivedBits = 256;

/** A ring of at least one key, the current one first. */
export function createKeyring(keys: ServerKeys): Keyring {
  return {
    current: keys[0].kid,
    async bytes(kid, use) {
      const key = keys.find((each) => each.kid === kid);
      return key && (await derive(key.secret, use));
    },
  };
}

/** HKDF-SHA-256 (RFC 5869) without salt: the key is random already, `info` sets its uses apart. */
async function derive(secret: Secret, use: KeyUse): Promise<Uint8Array<ArrayBuffer>> {
  const root = await crypto.subtle.importKey("raw", fromBase64(secret.reveal()), "HKDF", false, ["deriveBits"]);
  const info = new TextEncoder().encode(`mentha ${use} v1`);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info }, root, derivedBits));
}
