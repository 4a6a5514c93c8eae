import { AppError, type Context, toHex } from "../platform/index.ts";

type Keys = Pick<Context, "keyring">;

/**
 * What a request asks for, as it is stored: `<kid>.` and HMAC-SHA-256 in hex. Keyed, since a body may hold a password among the request headers of an
 * audit, which a plain hash would let whoever reads the database find by trying.
 */
export async function digestContent({ keyring }: Keys, content: string, kid: string = keyring.current): Promise<string> {
  const bytes = await keyring.bytes(kid, "idempotent-content");
  if (bytes === undefined) throw new AppError("internal", "The keyring does not have this key (any more).");
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return `${kid}.${toHex(new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(content))))}`;
}

/**
 * Whether a request asks for what was stored, also under an earlier key of the server. When that key left the keyring nobody can tell any more: then it
 * counts as the same, whose answer nobody can read either, rather than as something new.
 */
export async function isSameContent(keys: Keys, content: string, stored: string): Promise<boolean> {
  const kid = stored.slice(0, stored.indexOf("."));
  if ((await keys.keyring.bytes(kid, "idempotent-content")) === undefined) return true;
  return (await digestContent(keys, content, kid)) === stored;
}
