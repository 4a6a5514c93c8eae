import { access, constants, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { CommandError, UsageError } from "../errors.ts";
import { linkedFile, replaceFile } from "./replace-file.ts";

/** What the command writes, and the option that names the file. */
const optionOf = { report: "--out", baseline: "--write-baseline", log: "--out" } as const;

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
  if (await isWritable(dirname(await linkedFile(file)))) return;
  throw new UsageError(`${optionOf[what]}: ${file} cannot be replaced, because its folder is not yours to write to`);
}

/** Throws `CommandError`, which says what could not be written, and why. */
export async function writeText(what: keyof typeof optionOf, file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: unknown) => {
    throw notWritten(what, file, cause);
  });
}

/** As `writeText`, whole or not at all: what was there stays until all of the text is written. */
export async function replaceText(what: keyof typeof optionOf, file: string, text: string): Promise<void> {
  await replaceFile(file, text).catch((cause: unknown) => {
    throw notWritten(what, file, cause);
  });
}

const isWritable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );

function notWritten(what: keyof typeof optionOf, file: string, cause: unknown): CommandError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CommandError(`The ${what} could not be written to ${file} (${reason}). Run the command again with another ${optionOf[what]}.`, { cause });
}
