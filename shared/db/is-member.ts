import { eq, inArray, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Database } from "./client.ts";
import { members } from "./schema/index.ts";

/** Whether a person is in a workspace now. Those who left are known there by their ids alone: how they are called since is none of its business. */
export const isMember = (db: Database, userId: SQLiteColumn, workspaceId: string): SQL =>
  inArray(userId, db.select({ userId: members.userId }).from(members).where(eq(members.workspaceId, workspaceId)));
