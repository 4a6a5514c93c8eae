import { fromBase64, toBase64Url } from "./base64.ts";
import { AppError } from "./errors.ts";
import type { Secret } from "./secret.ts";

/** Keeps short secrets (tokens, header values) in the database so that a copy of the database alone does not reveal them. */
export interface Vault {
  /** Encrypts `plaintext`; `about` (the row's id) must be given again to open it, so that a value cannot be moved to another row. */
  seal(plaintext: string, about: string): Promise<string>;
  /** The plaintext; throws `internal`, not retryable, for another key, another row or changed text. */
  open(sealed: string, about: string): Promise<string>;
}

/** Says how the rest is written, so that a later way can be told apart: `v1.<iv>.<ciphertext and tag>`, both base64url. */
const version = "v1";
/** 96 bits, the length AES-GCM is made for (NIST SP 800-38D, 5.2.1.1). */
const ivBytes = 12;

/** A vault under AES-256-GCM; `secret` is 32 bytes in base64. */
export function createVault(secret: Secret): Vault {
  // Imported for every use: a promise kept across requests may not settle on Workers, and importing 32 bytes costs next to nothing.
  const key = (usage: "encrypt" | "decrypt") => crypto.subtle.importKey("raw", fromBase64(secret.reveal()), "AES-GCM", false, [usage]);
  return {
    async seal(plaintext, about) {
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
      const ciphertext = await crypto.subtle.encrypt(parameters(iv, about), await key("encrypt"), new TextEncoder().encode(plaintext));
      return [version, toBase64Url(iv), toBase64Url(new Uint8Array(ciphertext))].join(".");
    },
    async open(sealed, about) {
      const [, iv, ciphertext] = /^v1\.([\w-]{16})\.([\w-]{22,})$/.exec(sealed) ?? [];
      if (iv === undefined || ciphertext === undefined) throw unreadable();
      try {
        const plaintext = await crypto.subtle.decrypt(parameters(fromBase64(iv), about), await key("decrypt"), fromBase64(ciphertext));
        return new TextDecoder().decode(plaintext);
      } catch (cause) {
        throw unreadable(cause);
      }
    },
  };
}

function parameters(iv: Uint8Array, about: string) {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(about) };
}

function unreadable(cause?: unknown): AppError {
  const message = "A stored secret could not be read: it was stored under another ENCRYPTION_KEY or changed since. Enter the secret again.";
  return new AppError("internal", message, { cause, retryable: false });
}
