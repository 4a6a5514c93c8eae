import { sha256Hex, toHex } from "../platform/index.ts";

const saltBytes = 16;
const isSalt = new RegExp(`^[0-9a-f]{${2 * saltBytes}}$`);

/** 128 random bits in hex: without them nobody can find out by trying what a digest was made of. */
export const newSalt = (): string => toHex(crypto.getRandomValues(new Uint8Array(saltBytes)));

/** A personal field of an entry as it is stored: its text with the salt, only a digest once it was erased, or nothing from the start. */
export interface PersonalField {
  readonly text: string | null;
  readonly salt: string | null;
  readonly digest: string | null;
}

/**
 * What stands for a personal field in a seal: the salted SHA-256 of its text, in hex, which stays when the text goes; null for a field that never was.
 * Undefined for what Mentha never writes: a text without its salt, one that is no JSON, and a salt of another length, into which the beginning of
 * the text could be moved, where nobody sees it, without another digest.
 */
export async function digestOf({ text, salt, digest }: PersonalField): Promise<string | null | undefined> {
  if (text === null) return salt === null ? digest : undefined;
  return salt !== null && isSalt.test(salt) && isJson(text) && digest === null ? sha256Hex(`${salt}:${text}`) : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
