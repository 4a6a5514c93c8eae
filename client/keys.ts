import type { z } from "zod";
import { GeneratedKey, type GenerateKeyInput, Key, KeyList, type ListKeysQuery, type RotateKeyInput, type UpdateKeyInput } from "../shared/keys/index.ts";
import { type Connection, type EditOptions, everyItem, ifMatch, pathOf, queryOf } from "./connection.ts";

/** API keys of the workspace. A key is named by its prefix, its first sixteen characters. */
export interface KeyCalls {
  /** The answer alone has the key itself: keep it, it is shown this once. */
  generateKey(input: z.input<typeof GenerateKeyInput>): Promise<GeneratedKey>;
  /** Everybody's keys, newest first, with those that ended unless a status is given; asked for page by page while they are read. */
  listKeys(filter?: Pick<ListKeysQuery, "status">, signal?: AbortSignal): AsyncGenerator<Key, void>;
  getKey(prefix: string): Promise<Key>;
  /** Rejects with the code `conflict` for a key that has ended. */
  updateKey(prefix: string, input: z.input<typeof UpdateKeyInput>, options?: EditOptions): Promise<Key>;
  /** A new key in the place of another, which works on for the grace that is given. */
  rotateKey(prefix: string, input?: z.input<typeof RotateKeyInput>): Promise<GeneratedKey>;
  revokeKey(prefix: string, options?: EditOptions): Promise<void>;
}

export function keyCalls({ get, send, create, sendOnly }: Connection): KeyCalls {
  return {
    generateKey: (input) => create(GeneratedKey, "/keys/generate", input),
    listKeys: ({ status } = {}, signal) => everyItem((cursor) => get(KeyList, `/keys${queryOf({ limit: 100, status, cursor })}`, signal)),
    getKey: (prefix) => get(Key, pathOf`/keys/${prefix}`),
    updateKey: (prefix, input, options) => send(Key, "PATCH", pathOf`/keys/${prefix}`, input, ifMatch(options)),
    rotateKey: (prefix, input = {}) => create(GeneratedKey, pathOf`/keys/${prefix}/rotate`, input),
    revokeKey: (prefix, options) => sendOnly("DELETE", pathOf`/keys/${prefix}`, undefined, ifMatch(options)),
  };
}
