import { z } from "zod";
import { AppError, errorFields, type Log, toHex } from "../platform/index.ts";
import { Chunk, type Manifest, manifestName } from "./manifest.ts";
import { BackupSummary } from "./schemas.ts";

const prefix = "backups/";
/** R2 deletes at most so many objects at once. */
const deletedAtOnce = 1_000;

const folderOf = (id: string): string => `${prefix}${id}/`;
const chunkName = (table: string, number: number): string => `${table}/${String(number).padStart(6, "0")}.ndjson.gz`;

/** What is stored beside a chunk: that of it which a listing cannot know. */
const ChunkMarks = z.object({ sha256: z.string(), rows: z.coerce.number(), rowsSha256: z.string() });

/** What is stored beside a manifest, as JSON. */
const StoredSummary = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue("This is no JSON.");
      return z.NEVER;
    }
  })
  .pipe(BackupSummary);

/** Writes a chunk; the same number again overwrites it. Answers the hash of its lines. */
export async function putChunk(store: R2Bucket, id: string, of: { table: string; number: number }, content: { rows: number; lines: string }): Promise<string> {
  const lines = new TextEncoder().encode(content.lines);
  const file = await gzip(lines);
  const rowsSha256 = await digest(lines);
  const customMetadata = { sha256: await digest(file), rows: String(content.rows), rowsSha256 };
  await store.put(folderOf(id) + chunkName(of.table, of.number), file, { customMetadata });
  return rowsSha256;
}

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const packed = new Response(bytes).body?.pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

const digest = async (bytes: Uint8Array): Promise<string> => toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));

/** The chunks of a table, in order, as they are in the bucket. @throws AppError for one that is not whose it says */
export async function listChunks(store: R2Bucket, id: string, table: string): Promise<Chunk[]> {
  const folder = folderOf(id);
  const chunks: Chunk[] = [];
  for await (const { key, size, customMetadata } of listed(store, `${folder}${table}/`)) {
    const marks = ChunkMarks.safeParse(customMetadata);
    if (!marks.success) throw new AppError("internal", `There is a file in the bucket that no backup wrote: ${key}.`, { retryable: false });
    chunks.push(Chunk.parse({ name: key.slice(folder.length), bytes: size, ...marks.data }));
  }
  return chunks;
}

/** Makes a backup of what is in its folder. */
export async function putManifest(store: R2Bucket, manifest: Manifest, summary: BackupSummary): Promise<void> {
  const customMetadata = { summary: JSON.stringify(summary) };
  await store.put(folderOf(manifest.id) + manifestName, JSON.stringify(manifest), { customMetadata, httpMetadata: { contentType: "application/json" } });
}

/** What there is to say of a backup; null when there is no such backup, or it is not finished. */
export async function findSummary(store: R2Bucket, id: string): Promise<BackupSummary | null> {
  const found = await readSummary(store, id);
  if (found === "foreign") throw foreignManifest(id);
  return found;
}

/** As `findSummary`, for whoever goes through all of them: a manifest that is none of ours, or of an older release, is logged, and `foreign`. */
export async function findSummaryOrForeign(store: R2Bucket, id: string, log: Log): Promise<BackupSummary | "foreign" | null> {
  const found = await readSummary(store, id);
  if (found === "foreign") log.warn("a manifest in the bucket is passed over", { domain: "backups", ...errorFields(foreignManifest(id)) });
  return found;
}

const foreignManifest = (id: string): AppError =>
  new AppError("internal", `The manifest of the backup ${id} in the bucket is none of ours.`, { retryable: false });

async function readSummary(store: R2Bucket, id: string): Promise<BackupSummary | "foreign" | null> {
  const found = await store.head(folderOf(id) + manifestName);
  if (found === null) return null;
  return StoredSummary.safeParse(found.customMetadata?.summary).data ?? "foreign";
}

/** The ids of all backups, newest first, unfinished ones too. */
export async function listFolders(store: R2Bucket): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined, isMore = true; isMore; ) {
    const page = await store.list({ prefix, delimiter: "/", ...(cursor === undefined ? {} : { cursor }) });
    ids.push(...page.delimitedPrefixes.map((folder) => folder.slice(prefix.length, -1)));
    isMore = page.truncated;
    cursor = page.truncated ? page.cursor : undefined;
  }
  return ids.toSorted().toReversed();
}

/** Deletes a backup, its manifest first: what is left of it when that fails is none any more. */
export async function deleteBackup(store: R2Bucket, id: string): Promise<void> {
  await store.delete(folderOf(id) + manifestName);
  for (;;) {
    const { objects } = await store.list({ prefix: folderOf(id), limit: deletedAtOnce });
    if (objects.length === 0) return;
    await store.delete(objects.map(({ key }) => key));
  }
}

async function* listed(store: R2Bucket, from: string): AsyncGenerator<R2Object> {
  for (let cursor: string | undefined, isMore = true; isMore; ) {
    const page = await store.list({ prefix: from, include: ["customMetadata"], ...(cursor === undefined ? {} : { cursor }) });
    yield* page.objects;
    isMore = page.truncated;
    cursor = page.truncated ? page.cursor : undefined;
  }
}
