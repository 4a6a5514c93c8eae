import { AppError, type Claim, type Context, createVault, Secret, toBase64Url, type Vault } from "../platform/index.ts";
import { nameOf } from "./claim-row.ts";

/** Answers of routes that make one thing are a few hundred bytes; a row of D1 holds 2 MB. */
const maxAnswerBytes = 64 * 1_024;

/** Stored in place of an answer that is larger: the request is done, and is not done again. */
const tooLarge = "too-large";

/** Sets these keys apart from others that may be made of the same bytes. */
const use = "mentha idempotent-answer v1";
const keyBits = 256;

/** An answer as it is stored: `<kid>.` and what the vault of `vaultOf` made of it, or `too-large`. */
export async function sealAnswer(ctx: Context, claim: Claim, answer: string): Promise<string> {
  if (new TextEncoder().encode(answer).byteLength > maxAnswerBytes) return tooLarge;
  const kid = ctx.keyring.current;
  const vault = await vaultOf(ctx, claim, kid);
  if (vault === undefined) throw new AppError("internal", "The keyring does not have its own current key.");
  return `${kid}.${await vault.seal(answer, await placeOf(ctx, claim))}`;
}

/** The answer again. @throws AppError `conflict` when it was too large, or its key left the keyring: the request is done, but its answer cannot be told */
export async function openAnswer(ctx: Context, claim: Claim, stored: string): Promise<string> {
  if (stored === tooLarge) throw untold("its answer was too large to be kept");
  const dot = stored.indexOf(".");
  const vault = await vaultOf(ctx, claim, stored.slice(0, dot));
  if (vault === undefined) throw untold("its answer can no longer be read, since the server's keys were replaced");
  try {
    return await vault.open(stored.slice(dot + 1), await placeOf(ctx, claim));
  } catch (cause) {
    throw untold("its answer can no longer be read", cause);
  }
}

function untold(why: string, cause?: unknown): AppError {
  const message = `A request with this Idempotency-Key was done before, but ${why}. Read what it made; to make another, send a new key.`;
  return new AppError("conflict", message, { cause });
}

/** A sealed answer opens only in the row that it was sealed for. */
async function placeOf(ctx: Context, claim: Claim): Promise<string> {
  const { workspaceId, principalId, route, keyHash } = await nameOf(ctx, claim);
  return ["idempotency", workspaceId, principalId, route, keyHash].join("/");
}

/**
 * A vault under HKDF-SHA-256 (RFC 5869) of the sender's header, salted with a key of the server: to open an answer takes both, and the database has
 * neither. Undefined when the keyring has no such key (any more).
 */
async function vaultOf({ keyring }: Pick<Context, "keyring">, { key }: Claim, kid: string): Promise<Vault | undefined> {
  const salt = await keyring.bytes(kid, "idempotent-answer");
  if (salt === undefined) return undefined;
  const encoder = new TextEncoder();
  const root = await crypto.subtle.importKey("raw", encoder.encode(key), "HKDF", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info: encoder.encode(use) }, root, keyBits);
  return createVault([{ kid, secret: new Secret(toBase64Url(new Uint8Array(bits))) }]);
}
