import type { Database } from "../db/client.ts";
import type { notifications } from "../db/schema/index.ts";
import { findMemberNames } from "../identity/index.ts";
import type { Language } from "../platform/index.ts";
import { type Notification, Said, type ShownNotification } from "./schemas.ts";
import { inWords, type Told } from "./texts.ts";

type Row = typeof notifications.$inferSelect;

/** Stored notifications of one workspace as their readers get them, with the names of whoever is in the workspace now. */
export async function toNotifications(directory: Database, workspaceId: string, rows: readonly Row[]): Promise<Notification[]> {
  const read = rows.map((row) => ({ row, said: Said.parse(row) }));
  const people = read.flatMap(({ said }) => (said.type === "member.joined" ? [said.data.userId] : []));
  const names = await findMemberNames(directory, workspaceId, people);
  return read.map(({ row, said }) => toNotification(row, said, names));
}

/** A stored notification with no name in it. */
export const toUnnamed = (row: Row): Notification => toNotification(row, Said.parse(row), new Map());

const toNotification = ({ id, createdAt, readAt }: Row, said: Said, names: ReadonlyMap<string, string>): Notification => ({
  id,
  createdAt,
  readAt,
  ...withName(said, names),
});

/** What is stored, with the name of whom it tells of. */
export const withName = (said: Said, names: ReadonlyMap<string, string>): Told =>
  said.type === "member.joined" ? { type: said.type, data: { ...said.data, name: names.get(said.data.userId) ?? "" } } : said;

export const shown = (notification: Notification, language: Language): ShownNotification => ({ ...notification, ...inWords(language, notification) });
