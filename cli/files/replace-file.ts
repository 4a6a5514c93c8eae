import { randomUUID } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";

/**
 * Writes a file whole or not at all: what was there stays until all of the text is written. Who may read and write it is `mode`, else what
 * the file that is replaced allowed, else what any new file does.
 */
export async function replaceFile(file: string, text: string, mode?: number): Promise<void> {
  // Beside it, since only within a file system does a rename replace a file at once.
  const to = await linkedFile(file);
  const aside = `${to}.${randomUUID()}.tmp`;
  const old = await stat(to).catch(() => undefined);
  const kept = mode ?? (old === undefined ? undefined : old.mode & 0o777);
  // What has this name already is not ours, neither to write to nor to remove.
  const handle = await open(aside, "wx", kept ?? 0o666);
  try {
    try {
      await handle.writeFile(text);
      if (kept !== undefined) await handle.chmod(kept); // the umask may have taken some
    } finally {
      await handle.close();
    }
    await rename(aside, to);
  } catch (cause) {
    await rm(aside, { force: true }).catch(() => undefined); // the first failure is the one to tell
    throw cause;
  }
}

/** Where a symbolic link leads, so that the file is replaced and the link stays. */
export const linkedFile = (file: string): Promise<string> => realpath(file).catch(() => file);
