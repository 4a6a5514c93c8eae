import type { z } from "zod";
import { GeneratedKey, type GenerateKeyInput, Key, KeyList, type RotateKeyInput, type UpdateKeyInput } from "../shared/keys/index.ts";
import { type Connection, everyItem, pathOf, queryOf } from "./connection.ts";

/** API keys of the workspace. A key is named by its prefix, its first sixteen characters. */
export interface KeyCalls {
  /** The answer alone has the key itself: keep it, it is shown this once. */
  generateKey(input: z.input<typeof GenerateKeyInput>): Promise<GeneratedKey>;
  /** Everybody's keys, newest first, with those that ended; asked for page by page while they are read. */
  listKeys(signal?: AbortSignal): AsyncGenerator<Key, void>;
  getKey(prefix: string): Promise<Key>;
  /** Rejects with the code `conflict` for a key that has ended. */
  updateKey(prefix: string, input: z.input<typeof UpdateKeyInput>): Promise<Key>;
  /** A new key in the place of another, which works on for the grace that is given. */
  rotateKey(prefix: string, input?: z.input<typeof RotateKeyInput>): Promise<GeneratedKey>;
  revokeKey(prefix: string): Promise<void>;
}

export function keyCalls({ get, send, sendOnly }: Connection): KeyCalls {
  return {
    generateKey: (input) => send(GeneratedKey, "POST", "/keys/generate", input),
    listKeys: (signal) => everyItem((cursor) => get(KeyList, `/keys${queryOf({ limit: 100, cursor })}`, signal)),
    getKey: (prefix) => get(Key, pathOf`/keys/${prefix}`),
    updateKey: (prefix, input) => send(Key, "PATCH", pathOf`/keys/${prefix}`, input),
    rotateKey: (prefix, input = {}) => send(GeneratedKey, "POST", pathOf`/keys/${prefix}/rotate`, input),
    revokeKey: (prefix) => sendOnly("DELETE", pathOf`/keys/${prefix}`),
  };
}
