import { mkdir, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UsageError } from "../errors.ts";
import { replaceFile } from "../files/replace-file.ts";
import { withLock } from "./lock.ts";

const SessionLogin = z.object({
  kind: z.literal("session"),
  email: z.string(),
  accessToken: z.string(),
  /** When the access token ends, in ms since 1970. */
  expiresAt: z.number(),
  refreshToken: z.string(),
  /** Id of the workspace to work in when a command names none. */
  workspace: z.string().optional(),
});
const KeyLogin = z.object({ kind: z.literal("key"), key: z.string() });

/** What a server was signed in to with: somebody's session, or an API key. */
export const Login = z.discriminatedUnion("kind", [SessionLogin, KeyLogin]);
export type Login = z.infer<typeof Login>;

export const Credentials = z.object({
  version: z.literal(1),
  /** Address of the server that commands mean when they name none. */
  default: z.string().optional(),
  /** By address, as `serverOf` writes it. */
  servers: z.record(z.string(), Login),
});
export type Credentials = z.infer<typeof Credentials>;

/** The file keeps secrets: its owner alone may read it. */
const fileMode = 0o600;
const folderMode = 0o700;
const ofOthers = 0o077;
const writableByOthers = 0o022;

const fileIn = (folder: string): string => join(folder, "credentials.json");

/** What is kept in a folder; nothing when there is no file yet. Throws `UsageError` for a file that others can read, or that is none of ours. */
export async function readCredentials(folder: string): Promise<Credentials> {
  const file = fileIn(folder);
  const text = await readOwn(file);
  if (text === undefined) return { version: 1, servers: {} };
  try {
    return Credentials.parse(JSON.parse(text));
  } catch (cause) {
    throw new UsageError(`${file} is not what this version of mentha wrote. Delete it and sign in again.`, { cause });
  }
}

/** Runs `work` while no other command does so with the same folder, which is made when it is not there. */
export async function inTurn<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true, mode: folderMode });
  if (!isWindows && ((await stat(folder)).mode & writableByOthers) !== 0) {
    throw new UsageError(`Others on this computer can write to ${folder}, so nothing is kept there. Run: chmod 700 ${folder}`);
  }
  return await withLock(join(folder, "credentials.lock"), work);
}

/** Replaces what is kept by what `change` makes of it. Only in turn, or what another command keeps meanwhile is lost. */
export async function changeCredentials(folder: string, change: (kept: Credentials) => Credentials): Promise<void> {
  await replaceFile(fileIn(folder), `${JSON.stringify(change(await readCredentials(folder)), null, 2)}\n`, fileMode);
}

/** Windows keeps who may read a file elsewhere, and a profile's folders are its owner's alone. */
const isWindows = process.platform === "win32";

async function readOwn(file: string): Promise<string | undefined> {
  const handle = await open(file).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return undefined;
    throw new UsageError(`${file} cannot be read (${thrown.message})`, { cause: thrown });
  });
  if (handle === undefined) return undefined;
  try {
    const { mode } = await handle.stat();
    if (!isWindows && (mode & ofOthers) !== 0) {
      throw new UsageError(`Others on this computer can read ${file}, so it is not used. Run: chmod 600 ${file}\nWho may have read it can use what is in it.`);
    }
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}
