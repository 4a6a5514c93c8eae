import { z } from "zod";

/** Who has a socket: a person in one of their sessions, or an API key; with its id. */
export const SocketActor = z.object({ kind: z.enum(["session", "key"]), id: z.string().min(1).max(100) });
export type SocketActor = z.infer<typeof SocketActor>;
