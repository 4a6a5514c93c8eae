import { AppError, fromBase64, secondMs } from "../../../platform/index.ts";
import type { Target } from "../target.ts";

/** What a signature vouches for. */
interface Signed {
  /** `webhook-id`. */
  readonly id: string;
  readonly body: string;
  /** When it is sent, ms since 1970. */
  readonly now: number;
}

/** The three headers by which a receiver knows who sent something, and that it is not an old one sent again. */
export interface SignedHeaders {
  readonly "webhook-id": string;
  /** Seconds since 1970. */
  readonly "webhook-timestamp": string;
  /** One signature for each secret that is in force, newest first, with spaces between. */
  readonly "webhook-signature": string;
}

const secretPrefix = "whsec_";

/**
 * Signs as Standard Webhooks 1.0 says (github.com/standard-webhooks/standard-webhooks, Signature scheme): HMAC-SHA256 of id, time and body. While a
 * secret that was replaced still holds, both sign: receivers change to the new one whenever they like.
 * @throws AppError `invalid` when no secret is in force, or one cannot be read
 */
export async function sign(secrets: Target["secrets"], { id, body, now }: Signed): Promise<SignedHeaders> {
  const timestamp = String(Math.floor(now / secondMs));
  const content = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  const inForce = secrets.filter(({ until }) => until === null || until > now);
  if (inForce.length === 0) throw new AppError("invalid", "No signing secret of this endpoint is in force any more: make a new one.");
  const signatures = await Promise.all(inForce.map((secret) => signature(secret, content)));
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}

type SigningSecret = Target["secrets"][number];

/** By secrets as they were opened for one message, which sign many deliveries. */
const imported = new WeakMap<SigningSecret, Promise<CryptoKey>>();

function importOnce(secret: SigningSecret): Promise<CryptoKey> {
  const key = imported.get(secret) ?? crypto.subtle.importKey("raw", keyOf(secret.secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  imported.set(secret, key);
  return key;
}

async function signature(secret: SigningSecret, content: BufferSource): Promise<string> {
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", await importOnce(secret), content));
  return `v1,${btoa(String.fromCharCode(...mac))}`;
}

function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  try {
    return fromBase64(secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : secret);
  } catch {
    // Without the cause: its words may hold the secret.
    throw new AppError("invalid", "A signing secret of this endpoint cannot be read: make a new one.");
  }
}
