import type { SQL } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Crawls } from "../../audits/index.ts";
import type { Database } from "../../db/client.ts";
import type { Clock, DueJob, Log } from "../../platform/index.ts";

/** Columns of `workspaces` by which people decide how many days something is kept, and what holds where there is no such workspace; null keeps it. */
export const settings = { auditRetentionDays: null, pageRetentionDays: null, deliveryRetentionDays: 30, reportRetentionDays: null } as const;
export type Setting = keyof typeof settings;

interface Described {
  /** Names it in counts and checkpoints, which outlive releases: never used again for something else. */
  readonly name: string;
  /** What it is, in words for operators. */
  readonly what: string;
  /** From when its time counts, in words that go on after "since". */
  readonly from: string;
  readonly table: SQLiteTable;
  /** That moment, ms since 1970, of a row of `table`; null for a row whose time does not count yet. Columns by their full names. */
  readonly since: SQL<number | null>;
}

/** Mentha says how long, the same for all. */
export interface KeptForAll extends Described {
  readonly keptMs: number;
}

/** People of its workspace say how many days. */
export interface KeptByWorkspace extends Described {
  readonly setting: Setting;
  readonly whose: { readonly id: SQLiteColumn; readonly workspaceId: SQLiteColumn };
  /** How one is ended that has more than its row; without it, rows are deleted and that is all. */
  readonly end?: End;
}

/** One entry of the table of what is kept how long. A row is over once so much time has passed since its moment: at that very millisecond, not before. */
export type Kept = KeptForAll | KeptByWorkspace;

/** What it takes to end things that are not in the database alone. */
export interface EndDeps {
  readonly crawls: Pick<Crawls, "clear">;
  readonly now: Clock;
  readonly log: Log;
  /** Events of the workspace of the thing, and jobs, that were stored for what follows: they are sent after the slice. */
  readonly outbox: string[];
  readonly dueJobs: DueJob[];
}

export interface Thing {
  readonly db: Database;
  readonly id: string;
  readonly workspaceId: string;
}

/** Ends one thing, or a part of it that is not too large for one slice; says whether all of it is done. Must do no harm to one that is ended already. */
export type End = (deps: EndDeps, thing: Thing) => Promise<boolean>;
