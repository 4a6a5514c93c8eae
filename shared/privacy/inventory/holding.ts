import type { SQLiteTable } from "drizzle-orm/sqlite-core";

/** What becomes of something when a person or a workspace is deleted. */
export type Fate =
  | { readonly does: "deletes" }
  /** What of it goes; the rest says nothing of anybody. */
  | { readonly does: "erases"; readonly what: string }
  | { readonly does: "keeps"; readonly why: string };

/** Something that Mentha keeps, in whatever place. */
export interface Holding {
  readonly holds: string;
  /** Null where there is nothing of a person in it. */
  readonly withPerson: Fate | null;
  /** Null where there is nothing of a workspace in it. */
  readonly withWorkspace: Fate | null;
  /** What somebody gets of it who takes their data along, and what a workspace; null for nothing. */
  readonly personGets: string | null;
  readonly workspaceGets: string | null;
}

type Columns<T extends SQLiteTable> = readonly (keyof T["_"]["columns"] & string)[];

/** A table; each of its columns is in one of the lists. */
export interface TableHolding<T extends SQLiteTable = SQLiteTable> extends Holding {
  readonly table: T;
  /** Ids, times, settings, what Mentha found: of nobody in particular. */
  readonly plain: Columns<T>;
  /** Tells of a person, or may: addresses, names, texts that people wrote. */
  readonly personal: Columns<T>;
  /** In no export: what opens something, what is sealed, and what keeps a digest from being guessed. */
  readonly secret: Columns<T>;
}

export const deletes: Fate = { does: "deletes" };
export const erases = (what: string): Fate => ({ does: "erases", what });
export const keeps = (why: string): Fate => ({ does: "keeps", why });

/** Keeps the names of columns checked against their table. */
export const holding = <const T extends SQLiteTable>(table: T, rest: Omit<TableHolding<T>, "table">): TableHolding<T> => ({ table, ...rest });
