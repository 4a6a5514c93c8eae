import { z } from "zod";
import type { auditSeals } from "../db/schema/index.ts";
import { toBase64Url, toHex, type VisitorContext } from "../platform/index.ts";
import { type StoredEntry, textOf } from "./stored-entry.ts";

export type SealRow = typeof auditSeals.$inferSelect;
export type Keyring = VisitorContext["keyring"];

/** What the first seal of a chain names as the one before. */
export const noSeal = "0".repeat(64);

/** 128 bits: nobody tries as often, and there are many of them. */
const markBytes = 16;

/** Seq and id of an entry, and its HMAC in base64url. */
const Mark = z.tuple([z.int(), z.string(), z.string()]);
export const Marks = z.array(Mark);
export type Mark = z.infer<typeof Mark>;

/** Makes and checks seals with one server key. A key is needed, or whoever can write to the database could make a chain that holds. */
export interface Signer {
  /** What stands for an entry in a seal; undefined for one that Mentha cannot have written. */
  markOf(entry: StoredEntry): Promise<string | undefined>;
  /** The hash of a seal, over everything else in it: 64 hex digits. */
  hashOf(seal: Omit<SealRow, "hash">): Promise<string>;
}

/** Undefined when the ring has no such key (any more). HMAC-SHA-256 (RFC 2104). */
export async function signerOf(keyring: Keyring, kid: string): Promise<Signer | undefined> {
  const bytes = await keyring.bytes(kid, "audit-seal");
  if (bytes === undefined) return undefined;
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = async (text: string) => new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));
  return {
    async markOf(entry) {
      const text = await textOf(entry);
      return text === undefined ? undefined : toBase64Url((await mac(text)).subarray(0, markBytes));
    },
    async hashOf({ workspaceId, fromSeq, toSeq, entries, previous, kid, marks, sealedAt }) {
      return toHex(await mac(JSON.stringify(["seal 1", workspaceId, fromSeq, toSeq, entries, previous, kid, marks, sealedAt])));
    },
  };
}
