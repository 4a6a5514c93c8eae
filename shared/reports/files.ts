import { AppError, type Language } from "../platform/index.ts";

const folderOf = (workspaceId: string, reportId: string): string => `${workspaceId}/reports/${reportId}/`;
const keyOf = (workspaceId: string, reportId: string, language: Language): string => `${folderOf(workspaceId, reportId)}${language}.pdf`;

/** The PDF of a report that is ready. */
export async function fileOf(store: R2Bucket, workspaceId: string, reportId: string, language: Language): Promise<ReadableStream<Uint8Array>> {
  const object = await store.get(keyOf(workspaceId, reportId, language));
  if (object === null) throw new AppError("not_found", "The PDF of this report is gone. Its Markdown form is still there; or ask for another report.");
  return object.body;
}

export async function keepFile(
  store: R2Bucket,
  { workspaceId, reportId, language }: { readonly workspaceId: string; readonly reportId: string; readonly language: Language },
  pdf: Uint8Array,
): Promise<void> {
  await store.put(keyOf(workspaceId, reportId, language), pdf, { httpMetadata: { contentType: "application/pdf", contentLanguage: language } });
}

/** Removes the PDFs of a report; answers how many there were. */
export async function removeFiles(store: R2Bucket, workspaceId: string, reportId: string): Promise<number> {
  const { objects } = await store.list({ prefix: folderOf(workspaceId, reportId) });
  const keys = objects.map(({ key }) => key);
  if (keys.length > 0) await store.delete(keys);
  return keys.length;
}
