import type { GeneratedKey, Key } from "../../shared/keys/index.ts";
import { printable } from "../../shared/platform/index.ts";
import type { Action } from "../action.ts";
import type { Answer } from "../answer.ts";
import { refuseMore } from "../flag-values.ts";
import { editOf, graceFlags, graceOf, listFlags, newKeyOf, prefixOf, reachFlags } from "./key-options.ts";
import { isUsable, keyDetails, keyTable, listNote, newKeyNote, oldKeyNote } from "./key-text.ts";

export const actions = {
  list: {
    usage: "list",
    summary: "Show the keys of the workspace that work, newest first",
    flags: listFlags,
    prepare: (given, now) => {
      refuseMore(given, 0);
      return async (client) => {
        const keys: Key[] = [];
        for await (const key of client.listKeys()) keys.push(key);
        const shown = given.has("all") ? keys : keys.filter((key) => isUsable(key, now));
        const note = listNote(shown.length, keys.length - shown.length);
        return { text: shown.length === 0 ? "" : keyTable(shown, now), json: shown, ...(note === undefined ? {} : { note }) };
      };
    },
  },
  create: {
    usage: "create --name NAME --scope PERMISSION",
    summary: "Make a key; standard output is the key and nothing else",
    flags: reachFlags,
    prepare: (given, now) => {
      const input = newKeyOf(given, now);
      return async (client) => madeKey(await client.generateKey(input));
    },
  },
  show: {
    usage: "show PREFIX",
    summary: "Show what is known of a key",
    flags: {},
    prepare: (given, now) => {
      const prefix = prefixOf(given);
      return async (client) => knownKey(await client.getKey(prefix), now);
    },
  },
  edit: {
    usage: "edit PREFIX",
    summary: "Change what a key is called, may do, when it ends and from where it is used",
    flags: reachFlags,
    prepare: (given, now) => {
      const prefix = prefixOf(given);
      const input = editOf(given, now);
      return async (client) => knownKey(await client.updateKey(prefix, input), now);
    },
  },
  revoke: {
    usage: "revoke PREFIX",
    summary: "End a key for good, from its next request on",
    flags: {},
    prepare: (given) => {
      const prefix = prefixOf(given);
      return async (client) => {
        await client.revokeKey(prefix);
        return { text: "", json: { prefix, status: "revoked" }, note: `The key ${prefix} is revoked.` };
      };
    },
  },
  rotate: {
    usage: "rotate PREFIX",
    summary: "Put a new key in the place of one; standard output is the new key",
    flags: graceFlags,
    prepare: (given, now) => {
      const prefix = prefixOf(given);
      const graceSeconds = graceOf(given);
      return async (client) => {
        const made = await client.rotateKey(prefix, { graceSeconds });
        return { ...madeKey(made), note: `${newKeyNote(made)}\n${oldKeyNote(prefix, { graceSeconds, made, now })}` };
      };
    },
  },
} as const satisfies Record<string, Action>;

const madeKey = (made: GeneratedKey): Answer => ({ text: `${printable(made.key)}\n`, json: made, note: newKeyNote(made) });
const knownKey = (key: Key, now: number): Answer => ({ text: keyDetails(key, now), json: key });
