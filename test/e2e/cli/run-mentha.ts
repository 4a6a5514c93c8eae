import { spawn } from "node:child_process";
import { inRoot } from "../../../local/paths.ts";
import { type FakeApi, fakeKey } from "../../helpers/node/fake-api.ts";

/** The script behind the command. */
export const entry = inRoot("cli", "mentha.ts");

/** How a run went. */
interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly server?: FakeApi;
  /** Sends `SIGINT` once stderr says this. */
  readonly interruptAt?: string;
  /** Sends `SIGINT` once this resolves. */
  readonly interruptAfter?: Promise<void>;
  /** Hears what stderr says so far, whenever it says more. */
  readonly hear?: (stderr: string) => void;
  /** Closes the other end of stdout at once, as `| head` may. */
  readonly deaf?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input, which is no terminal. */
  readonly input?: string;
}

/** Runs the command and waits for its end. */
export function mentha(
  args: readonly string[],
  { server, interruptAt, interruptAfter, hear, deaf = false, env: more = {}, input = "" }: RunOptions = {},
): Promise<Ended> {
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    ...(server === undefined ? {} : { MENTHA_SERVER: server.url, MENTHA_KEY: fakeKey }),
    ...more,
  };
  const child = spawn(process.execPath, [entry, ...args], { env });
  child.stdin.on("error", () => {}); // a command that ends without reading closes its end
  child.stdin.end(input);
  let [stdout, stderr, interrupted] = ["", "", false];
  if (deaf) child.stdout.destroy();
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    hear?.(stderr);
    if (interruptAt === undefined || interrupted || !stderr.includes(interruptAt)) return;
    interrupted = true;
    child.kill("SIGINT");
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    interruptAfter?.then(() => child.kill("SIGINT"), reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
