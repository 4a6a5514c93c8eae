import { randomUUID } from "node:crypto";
import { access, constants, open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { AuditError, UsageError } from "../errors.ts";

/** What the command writes, and the option that names the file. */
const optionOf = { report: "--out", baseline: "--write-baseline" } as const;

/** Asked first: a long audit must not end with a file that cannot be kept. Throws `UsageError`, which names the option. */
export async function checkWritable(what: keyof typeof optionOf, file: string): Promise<void> {
  const existing = await stat(file).catch(() => undefined);
  if (existing?.isDirectory() || file.endsWith("/")) throw new UsageError(`${optionOf[what]}: ${file} is a folder; give the name of a file in it`);
  const folder = await stat(dirname(file)).catch(() => undefined);
  if (!folder?.isDirectory() || !(await isWritable(existing === undefined ? dirname(file) : file))) {
    throw new UsageError(`${optionOf[what]}: ${file} cannot be written; check that its folder exists and is yours to write to`);
  }
}

/** As `checkWritable`, for a file that will be replaced as a whole: its folder must take another one, and what is there must be a plain file. */
export async function checkReplaceable(what: keyof typeof optionOf, file: string): Promise<void> {
  await checkWritable(what, file);
  const existing = await stat(file).catch(() => undefined);
  if (existing !== undefined && !existing.isFile()) throw new UsageError(`${optionOf[what]}: ${file} is not a plain file; give another name`);
  if (await isWritable(dirname(await target(file)))) return;
  throw new UsageError(`${optionOf[what]}: ${file} cannot be replaced, because its folder is not yours to write to`);
}

/** Throws `AuditError`, which says what could not be written, and why. */
export async function writeText(what: keyof typeof optionOf, file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: unknown) => {
    throw notWritten(what, file, cause);
  });
}

/** As `writeText`, whole or not at all: what was there stays until all of the text is written. */
export async function replaceText(what: keyof typeof optionOf, file: string, text: string): Promise<void> {
  // Beside it, since only within a file system does a rename replace a file at once.
  const to = await target(file);
  const aside = `${to}.${randomUUID()}.tmp`;
  const failed = (cause: unknown): never => {
    throw notWritten(what, file, cause);
  };
  const old = await stat(to).catch(() => undefined);
  // What has this name already is not ours, neither to write to nor to remove.
  const handle = await open(aside, "wx", permissionsOf(old)).catch(failed);
  try {
    try {
      await handle.writeFile(text);
      if (old !== undefined) await handle.chmod(permissionsOf(old)); // the umask may have taken some
    } finally {
      await handle.close();
    }
    await rename(aside, to);
  } catch (cause) {
    await rm(aside, { force: true }).catch(() => undefined); // the first failure is the one to tell
    failed(cause);
  }
}

/** Who may read and write: as the file that is replaced, else as any new file. */
const permissionsOf = (old: { readonly mode: number } | undefined): number => (old === undefined ? 0o666 : old.mode & 0o777);

/** Where a symbolic link leads, so that the file is replaced and the link stays. */
const target = (file: string): Promise<string> => realpath(file).catch(() => file);

const isWritable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );

function notWritten(what: keyof typeof optionOf, file: string, cause: unknown): AuditError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AuditError(`The ${what} could not be written to ${file} (${reason}). Run the command again with another ${optionOf[what]}.`, { cause });
}
