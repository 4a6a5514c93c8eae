import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandError } from "../errors.ts";

const pollMs = 50;
/** Longer than another command may take to renew its session. */
const patienceMs = 30_000;

/**
 * Runs `work` while no other process runs any under the same lock, a file that names who holds it. One that a dead process left is taken
 * away. Throws `CommandError` when it is held for longer than half a minute.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, waitMs = patienceMs): Promise<T> {
  const deadline = Date.now() + waitMs;
  while (!(await take(file))) {
    if (Date.now() > deadline) throw new CommandError(`Another command has held ${file} for too long. If none is running, delete that file.`);
    await sleep(pollMs);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  // Linked, not written in place: whoever sees the file sees who holds it.
  const mine = `${file}.${randomUUID()}`;
  await writeFile(mine, String(process.pid), { flag: "wx", mode: 0o600 });
  try {
    await link(mine, file);
    return true;
  } catch (thrown) {
    if (!isCode(thrown, "EEXIST")) throw thrown;
    await removeDead(file);
    return false;
  } finally {
    await rm(mine, { force: true });
  }
}

async function removeDead(file: string): Promise<void> {
  const holder = await readFile(file, "utf8").catch(() => undefined);
  if (holder === undefined || isAlive(Number(holder))) return;
  // Moved away first: of several who see the same dead holder, one moves it, and a lock that was taken meanwhile is put back.
  const moved = `${file}.${randomUUID()}`;
  try {
    await rename(file, moved);
    if ((await readFile(moved, "utf8")) !== holder) await link(moved, file);
    await rm(moved, { force: true });
  } catch (thrown) {
    if (!isCode(thrown, "ENOENT") && !isCode(thrown, "EEXIST")) throw thrown;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // Somebody else's process may not be signalled, but it is there.
    return isCode(thrown, "EPERM");
  }
}

const isCode = (thrown: unknown, code: string): boolean => thrown instanceof Error && "code" in thrown && thrown.code === code;
