import { existsSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { build, bundle } from "../../local/build.ts";
import { issueKey } from "../../local/issue-key.ts";
import { migrate } from "../../local/migrate.ts";
import { inRoot } from "../../local/paths.ts";
import { type Runtime, startRuntime } from "../../local/runtime.ts";
import { newSecrets } from "../../local/secrets.ts";
import { builder, type RunSql, sqlOn, textOf } from "../../local/sql-text.ts";
import { members, sessions, users, workspaces } from "../../shared/db/schema/index.ts";
import { issueAccessToken } from "../../shared/identity/sessions/access-token.ts";
import { createKeyring, dayMs, newId, parseConfig, systemClock } from "../../shared/platform/index.ts";
import type { BenchPerson } from "./orders.ts";
import { runtimePids } from "./processes.ts";

export interface LiveMentha extends AsyncDisposable {
  /** Another one after `restart`. */
  readonly url: () => string;
  /** Of the runtime; another one after `restart`. */
  readonly pid: () => number;
  readonly workspaceId: string;
  /** Members of the workspace, who signed in. */
  readonly people: readonly BenchPerson[];
  /** Asks as an operator; answers the JSON, null where there is none. Throws for an answer that is not a success. */
  ask(method: "GET" | "POST" | "PATCH", path: string, body?: object): Promise<unknown>;
  /**
   * Ends the runtime, as a computer that fails would, and starts it again with what it stored. At another address: who starts it does not read what it logs
   * until it has answered, and it waits for its log to be read, so that a thousand requests in its first moments would stop both for ever.
   */
  restart(): Promise<void>;
}

interface LiveOptions {
  readonly people: number;
  /** Objects over which the workspace's connections are spread. */
  readonly shards: number;
}

/** Where Linux keeps files in memory: each write of an object is confirmed by the disk here, one after the other, which would measure the disk. */
const memoryFolder = "/dev/shm";

/** Rows that one batch inserts. */
const rowsAtOnce = 500;

/** Limits are the usual ones but for these: clients of one computer ask from a few addresses, and operators as often as is measured. */
const limits = "connections=10000,admin=10000";

const PUBLIC_URL = "http://localhost";

async function seed(run: RunSql, secrets: Record<string, string>, { people, shards }: LiveOptions) {
  const at = Date.now();
  const key = await issueKey(
    run,
    { operator: undefined, workspace: undefined },
    { environment: "development", name: "Benchmark", email: "operator@example.com", workspace: "Benchmark" },
  );
  const [rows] = await run([textOf(builder.select({ id: workspaces.id }).from(workspaces)), textOf(builder.update(workspaces).set({ liveShards: shards }))]);
  const workspaceId = z.array(z.object({ id: z.string() })).parse(rows)[0]?.id ?? "";
  const everybody = Array.from({ length: people }, () => ({ id: newId("user", at), sessionId: newId("session", at) }));
  const { signingKeys } = parseConfig({ ENVIRONMENT: "development", PUBLIC_URL, ...secrets });
  const issuer = { keyring: createKeyring(signingKeys), publicUrl: PUBLIC_URL, now: systemClock };
  for (let start = 0; start < people; start += rowsAtOnce) {
    const some = everybody.slice(start, start + rowsAtOnce);
    await run(
      some.flatMap(({ id, sessionId }) => [
        textOf(builder.insert(users).values({ id, email: `${id}@example.com`, createdAt: at })),
        textOf(builder.insert(members).values({ workspaceId, userId: id, role: "dev", createdAt: at })),
        textOf(builder.insert(sessions).values({ id: sessionId, userId: id, createdAt: at, lastUsedAt: at, expiresAt: at + dayMs })),
      ]),
    );
  }
  const signed = everybody.map(async ({ id, sessionId }) => ({ id, token: (await issueAccessToken(issuer, { userId: id, sessionId, version: 0 })).token }));
  return { key, workspaceId, people: await Promise.all(signed) };
}

/** The built Worker with permissions, D1, queues and objects, so many people who signed in, and a route of its own to publish at will. */
export async function startLiveMentha(options: LiveOptions): Promise<LiveMentha> {
  await build();
  const outdir = inRoot("dist", "bench-instrumented");
  await bundle(outdir, ["bench/instrumented/worker.ts"]);
  const folder = existsSync(memoryFolder) ? memoryFolder : tmpdir();
  const persistTo = await mkdtemp(join(folder, "mentha-bench-"));
  const forget = (): void => rmSync(persistTo, { recursive: true, force: true });
  // Also when somebody stops the benchmark: what is in memory stays there otherwise.
  process.once("exit", forget);
  const secrets = newSecrets();
  const vars = { ENVIRONMENT: "development", PUBLIC_URL, LIMITS: limits, ...secrets };
  let pid = Number.NaN;
  const start = async (): Promise<Runtime> => {
    const others = new Set(runtimePids());
    const runtime = await startRuntime({ port: 0, vars, persistTo, script: join(outdir, "worker.js"), onLog: showWarnings });
    pid = runtimePids().find((each) => !others.has(each)) ?? Number.NaN;
    return runtime;
  };
  let runtime = await start();
  const close = async (): Promise<void> => {
    await runtime.close();
    forget();
    process.off("exit", forget);
  };
  try {
    await migrate(runtime.database);
    const { key, workspaceId, people } = await seed(sqlOn(runtime.database), secrets, options);
    return {
      url: () => runtime.url,
      pid: () => pid,
      workspaceId,
      people,
      async ask(method, path, body) {
        const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
        const response = await fetch(`${runtime.url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
        const text = await response.text();
        if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
        return text === "" ? null : JSON.parse(text);
      },
      async restart() {
        await runtime.close();
        runtime = await start();
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}

function showWarnings(level: string, message: string): void {
  if (level !== "info" && level !== "log" && level !== "debug") console.error(message);
}
