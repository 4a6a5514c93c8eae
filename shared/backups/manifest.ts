import { z } from "zod";
import { sha256Hex } from "../platform/index.ts";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Whole = z.int().min(0);

/** One file of rows: gzip of one JSON array of values for each. */
export const Chunk = z.strictObject({
  /** Below the folder of the backup, such as `users/000001.ndjson.gz`. */
  name: z.string().regex(/^\w+\/\d{6,}\.ndjson\.gz$/),
  bytes: Whole,
  /** Of the file. */
  sha256: Sha256,
  rows: Whole,
  /** Of the lines in it. */
  rowsSha256: Sha256,
});
export type Chunk = z.infer<typeof Chunk>;

const BackedUpTable = z.strictObject({
  name: z.string().regex(/^\w+$/),
  columns: z.array(z.string().min(1)),
  /** By which its rows are in order: its primary key. */
  key: z.array(z.string().min(1)),
  rows: Whole,
  /** Over its content: what `chainOf` makes of its chunks, one after the other. */
  sha256: Sha256,
  chunks: z.array(Chunk),
});
export type BackedUpTable = z.infer<typeof BackedUpTable>;

/** Says of a backup what belongs to it. It is written last: a folder without one is no backup. */
export const Manifest = z.strictObject({
  v: z.literal(1),
  /** Of the job that made it. */
  id: z.string(),
  /** The release that made it. */
  mentha: z.string(),
  /** Ms since 1970. */
  beganAt: z.int(),
  endedAt: z.int(),
  /** Those that the database had seen, in order. */
  migrations: z.array(z.string().regex(/^[\w.-]+\.sql$/)),
  /** What the database counts up by itself had come to, by table. */
  sequences: z.record(z.string().regex(/^\w+$/), z.int()),
  /** Tables whose rows are not in it, and why. */
  leftOut: z.record(z.string(), z.string()),
  /** In the order in which they were read. */
  tables: z.array(BackedUpTable),
});
export type Manifest = z.infer<typeof Manifest>;

/** The hash of a table that has no rows. */
export const emptyChain = "0".repeat(64);

/** The hash of a table up to the end of a chunk: of the hash up to its beginning and of the chunk's own lines, as 64 hex digits each. */
export const chainOf = (before: string, rowsSha256: string): Promise<string> => sha256Hex(before + rowsSha256);

export const manifestName = "manifest.json";
