import { execFile, spawn } from "node:child_process";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { inRoot } from "../../../local/paths.ts";

/** `npm start` as a person runs it, in a process group of its own. */
export interface NpmStart {
  /** Id of npm's process, and of the group of everything that it starts. */
  readonly pid: number;
  /** What was printed so far, stdout and stderr. */
  readonly output: () => string;
  /** Waits until a text is printed; throws what was printed when it ends before. */
  printed(text: string): Promise<void>;
  /** The exit code, once it has ended. */
  readonly ended: Promise<number | null>;
}

interface NpmStartOptions {
  readonly port: number | string;
  readonly state: string;
  readonly args?: readonly string[];
  /** The folder of the checkout to start; this one when absent. */
  readonly checkout?: string;
}

export function npmStart({ port, state, args = [], checkout = inRoot() }: NpmStartOptions): NpmStart {
  const child = spawn("npm", ["start", "--", ...args], {
    cwd: checkout,
    detached: true,
    env: { ...process.env, PORT: String(port), MENTHA_STATE: state },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const listeners = new Set<() => void>();
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (output.includes(text)) resolve();
      };
      listeners.add(look);
      look();
      ended.then(() => reject(new Error(`npm start ended without printing "${text}":\n${output}`)), reject);
    });
  if (child.pid === undefined) throw new Error("npm could not be started");
  return { pid: child.pid, output: () => output, printed, ended };
}

/** Command lines of the living processes of a group; none once everything has ended. */
export async function processesOf(group: number): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pgid=,stat=,args="]);
  const rows = stdout.split("\n").map((line) => /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line));
  // A zombie has ended; where nobody collects orphans, as in some containers, it stays listed.
  return rows.flatMap((row) => (row !== null && Number(row[1]) === group && !row[2]?.startsWith("Z") ? [row[3] ?? ""] : []));
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("A server that listens on a TCP port has no port.");
  return address.port;
}
