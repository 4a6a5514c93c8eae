import { sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { isOneOf } from "../db/is-one-of.ts";
import { workspaces } from "../db/schema/index.ts";
import { dayMs } from "../platform/index.ts";
import { type Kept, type Setting, settings } from "./kept/kept.ts";

/** Rows that one slice looks at, and so the most that it deletes: far below the 30 s of a query, and what is read of them is a few dozen kilobytes. */
const rowsPerSlice = 1_000;

/** No setting keeps anything for less. */
const shortestSettingMs = dayMs;

/** A row whose time is over. */
export interface Over {
  /** Its place in its table, in which slices follow each other. */
  readonly rowid: number;
  /** From when its time counted, ms since 1970. */
  readonly since: number;
  /** Empty of what is kept for all alike. */
  readonly id: string;
  readonly workspaceId: string;
}

interface Found {
  readonly over: readonly Over[];
  /** Where the next slice goes on; null when it was the last. */
  readonly next: number | null;
}

interface Looking {
  readonly db: Database;
  /** Knows what workspaces said. */
  readonly directory: Database;
  /** Rows after this one, in the order in which SQLite keeps them. */
  readonly after: number;
  /** For which moment it is judged what is over, ms since 1970. */
  readonly at: number;
}

type Row = Omit<Over, "since"> & { readonly since: number | null };

/** Looks at the next rows of a kind, and says which of these are over. It takes no index, which every write would pay for, and reads each row once. */
export async function findOver(kept: Kept, looking: Looking): Promise<Found> {
  const rows = await readRows(kept, looking);
  const counting = rows.flatMap(({ since, ...row }) => (since === null ? [] : [{ ...row, since }]));
  const over = "keptMs" in kept ? counting.filter(({ since }) => since <= looking.at - kept.keptMs) : await overOf(kept.setting, counting, looking);
  const last = rows.at(-1);
  return { over, next: rows.length < rowsPerSlice || last === undefined ? null : last.rowid };
}

function readRows(kept: Kept, { db, after }: Looking): Promise<Row[]> {
  const { table, since } = kept;
  const [id, workspaceId] = "whose" in kept ? [sql`${kept.whose.id}`, sql`${kept.whose.workspaceId}`] : [sql`''`, sql`''`];
  return db.all<Row>(
    sql`select rowid as "rowid", ${since} as "since", ${id} as "id", ${workspaceId} as "workspaceId" from ${table} where rowid > ${after} order by rowid limit ${rowsPerSlice}`,
  );
}

/** Asks only for workspaces of which something may be over. */
async function overOf(setting: Setting, rows: readonly Over[], { directory, at }: Looking): Promise<Over[]> {
  const old = rows.filter(({ since }) => since <= at - shortestSettingMs);
  if (old.length === 0) return [];
  const said = await directory
    .select({ id: workspaces.id, days: workspaces[setting] })
    .from(workspaces)
    .where(
      isOneOf(
        workspaces.id,
        old.map(({ workspaceId }) => workspaceId),
      ),
    );
  const daysOf = new Map(said.map(({ id, days }) => [id, days]));
  return old.filter(({ workspaceId, since }) => {
    const days = daysOf.has(workspaceId) ? (daysOf.get(workspaceId) ?? null) : settings[setting];
    return days !== null && since <= at - days * dayMs;
  });
}
