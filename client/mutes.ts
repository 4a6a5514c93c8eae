import type { z } from "zod";
import { type CreateMuteInput, type ListMutesQuery, Mute, MuteList } from "../shared/audits/index.ts";
import { type Connection, everyItem, pathOf, queryOf } from "./connection.ts";

/** What members do not want to hear of. */
export interface MuteCalls {
  /** Newest first unless said otherwise, those that are over included; asked for page by page while they are read. */
  listMutes(filter?: { readonly [Name in "rule" | "sort"]?: ListMutesQuery[Name] }, signal?: AbortSignal): AsyncGenerator<Mute, void>;
  createMute(input: z.input<typeof CreateMuteInput>): Promise<Mute>;
  deleteMute(id: string): Promise<void>;
}

export function muteCalls({ get, create, sendOnly }: Connection): MuteCalls {
  return {
    listMutes: (filter = {}, signal) => everyItem((cursor) => get(MuteList, `/mutes${queryOf({ limit: 100, ...filter, cursor })}`, signal)),
    createMute: (input) => create(Mute, "/mutes", input),
    deleteMute: (id) => sendOnly("DELETE", pathOf`/mutes/${id}`),
  };
}
