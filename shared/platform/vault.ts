import { fromBase64, toBase64Url } from "./base64.ts";
import { AppError } from "./errors.ts";
import type { Secret } from "./secret.ts";
import type { ServerKeys } from "./server-key.ts";

/** Keeps short secrets (tokens, header values) in the database so that a copy of the database alone does not reveal them. */
export interface Vault {
  /** Encrypts `plaintext`; `about` (the row's id) must be given again to open it, so that a value cannot be moved to another row. */
  seal(plaintext: string, about: string): Promise<string>;
  /** The plaintext; throws `internal`, not retryable, for another key, another row or changed text. */
  open(sealed: string, about: string): Promise<string>;
}

/** Says how the rest is written, so that a later way can be told apart: `v2.<id of the key>.<iv>.<ciphertext and tag>`, the last two in base64url. */
const version = "v2";
/** Before keys had ids: `v1.<iv>.<ciphertext and tag>`, under any of the keys. */
const sealedText = /^(?:v1|v2\.([\w-]{1,32}))\.([\w-]{16})\.([\w-]{22,})$/;
/** 96 bits, the length AES-GCM is made for (NIST SP 800-38D, 5.2.1.1). */
const ivBytes = 12;

/** A vault under AES-256-GCM. It seals with the first key (32 bytes in base64) and opens with the one that sealed. */
export function createVault(keys: ServerKeys): Vault {
  const [current] = keys;
  return {
    async seal(plaintext, about) {
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
      const ciphertext = await crypto.subtle.encrypt(parameters(iv, about), await keyFor("encrypt", current.secret), new TextEncoder().encode(plaintext));
      return [version, current.kid, toBase64Url(iv), toBase64Url(new Uint8Array(ciphertext))].join(".");
    },
    async open(sealed, about) {
      const [, kid, iv, ciphertext] = sealedText.exec(sealed) ?? [];
      if (iv === undefined || ciphertext === undefined) throw unreadable();
      let cause: unknown;
      for (const { secret } of keys.filter((key) => kid === undefined || key.kid === kid)) {
        try {
          const plaintext = await crypto.subtle.decrypt(parameters(fromBase64(iv), about), await keyFor("decrypt", secret), fromBase64(ciphertext));
          return new TextDecoder().decode(plaintext);
        } catch (error) {
          cause = error;
        }
      }
      throw unreadable(cause);
    },
  };
}

/** Imported for every use: a promise kept across requests may not settle on Workers, and importing 32 bytes costs next to nothing. */
const keyFor = (usage: "encrypt" | "decrypt", secret: Secret) => crypto.subtle.importKey("raw", fromBase64(secret.reveal()), "AES-GCM", false, [usage]);

function parameters(iv: Uint8Array, about: string) {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(about) };
}

function unreadable(cause?: unknown): AppError {
  const message =
    "A stored secret could not be read: it was stored under a key that is not in ENCRYPTION_KEY any more, or changed since. Enter the secret again.";
  return new AppError("internal", message, { cause, retryable: false });
}
