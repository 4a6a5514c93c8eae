import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** Whether two paths lead to one file, through links and other spellings too; a file that is not there yet is known by its folder. */
export const isSameFile = (a: string, b: string): boolean => identityOf(a) === identityOf(b);

function identityOf(file: string): string {
  const path = resolve(file);
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  if (found?.isFile()) return `${found.dev}:${found.ino}`;
  try {
    return found === undefined ? join(realpathSync(dirname(path)), basename(path)) : realpathSync(path);
  } catch {
    return path; // its folder is not there either: `checkWritable` will say so
  }
}
