import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** The runtimes that this process started and that still run. */
export function runtimePids(): number[] {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid=,comm="], { encoding: "utf8" }).split("\n");
  return rows.flatMap((row) => {
    const [pid, parent, command = ""] = row.trim().split(/\s+/, 3);
    return Number(parent) === process.pid && command.includes("workerd") ? Number(pid) : [];
  });
}

/** Resident memory of a process, in KB. */
export function residentKilobytes(pid: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" }));
}

/** Clock ticks a second, as Linux counts processor time for programs. */
const ticksPerSecond = 100;

/** Processor time of a process so far, in ms; not a number where there is no `/proc`. */
function processorMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Fields 14 and 15 of proc(5); counted behind the name of the program, in which there may be spaces.
    const [user, system] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13)
      .map(Number);
    return (((user ?? Number.NaN) + (system ?? Number.NaN)) / ticksPerSecond) * 1_000;
  } catch {
    return Number.NaN;
  }
}

/** How much of one processor a process takes over so many ms, in percent. */
export async function processorPercent(pid: number, overMs: number): Promise<number> {
  const before = processorMs(pid);
  const start = performance.now();
  await sleep(overMs);
  return ((processorMs(pid) - before) / (performance.now() - start)) * 100;
}

/** Files and connections that a process started from here may have open. */
function fileHandles(): number {
  const text = execFileSync("sh", ["-c", "ulimit -n"], { encoding: "utf8" }).trim();
  return text === "unlimited" ? Number.POSITIVE_INFINITY : Number(text);
}

/** What a runtime has open for each connection, as it is on a computer of one's own: the socket, and a second one of the same. */
const handlesEach = 2;
/** And beside connections: three files for each object that is awake, such as the limiters of those who just asked for a ticket. */
const spare = 3_000;

/** As many connections as are wanted, or as one process may have open here; says so when that is less. */
export function affordable(wanted: number, log: (line: string) => void): number {
  const handles = fileHandles();
  const most = Math.max(step, Math.floor((handles - spare) / handlesEach / step) * step);
  if (most >= wanted) return wanted;
  const enough = wanted * handlesEach + spare;
  log(
    `A process may have ${handles} files open here, too few for ${wanted} connections: ${most} are made. \`ulimit -n ${enough}\` is enough, where it is allowed.`,
  );
  return most;
}

/** Connections are divided among people and processes. */
const step = 200;
