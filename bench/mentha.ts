import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "../client/index.ts";
import { bundle } from "../local/build.ts";
import { startEmbedded } from "../local/embed.ts";
import { inRoot } from "../local/paths.ts";
import { type Audit, type CreateAuditInput, hasEnded } from "../shared/audits/index.ts";

type Input = Partial<CreateAuditInput> & Pick<CreateAuditInput, "url">;

export interface BenchMentha extends AsyncDisposable {
  readonly url: string;
  readonly key: string;
  /** Audits a site and answers when it is completed; anything else is an error. */
  audit(input: Input, options?: { readonly pollMs?: number; readonly onLook?: (audit: Audit) => void | Promise<void> }): Promise<Audit>;
}

interface StartOptions {
  /** With its bindings counted once somebody asks for counts. */
  readonly instrumented?: boolean;
  /**
   * Without a disk where the computer has a folder in memory: each write of an object is confirmed by the disk here, one after the other, which says how
   * fast that disk is. On Cloudflare an object goes on meanwhile.
   */
  readonly inMemory?: boolean;
  readonly inspectorPort?: number;
}

const usualFolder = tmpdir();

/** Where Linux keeps files in memory. */
const memoryFolder = "/dev/shm";

/** The whole product, as the command line runs it. */
export async function startMentha({ instrumented = false, inMemory = false, inspectorPort }: StartOptions = {}): Promise<BenchMentha> {
  // The runtime puts its data into the folder for temporary files.
  process.env.TMPDIR = inMemory && existsSync(memoryFolder) ? memoryFolder : usualFolder;
  const outdir = inRoot("dist", "bench-instrumented");
  if (instrumented) await bundle(outdir, ["bench/instrumented/worker.ts"]);
  const { url, key, close } = await startEmbedded({
    quiet: false,
    ...(instrumented ? { script: join(outdir, "worker.js") } : {}),
    ...(inspectorPort === undefined ? {} : { inspectorPort }),
  });
  const client = createClient({ baseUrl: url, key });
  return {
    url,
    key,
    async audit(input, { pollMs = 250, onLook = () => {} } = {}) {
      let audit = await client.createAudit(input);
      while (!hasEnded(audit.status)) {
        await sleep(pollMs);
        audit = await client.getAudit(audit.id);
        await onLook(audit);
      }
      if (audit.status !== "completed") throw new Error(`The audit of ${input.url} is ${audit.status}: ${audit.error?.message ?? "it says no more"}`);
      return audit;
    },
    [Symbol.asyncDispose]: close,
  };
}

/** From its acceptance to its published end, in milliseconds. */
export const durationMs = ({ createdAt, finishedAt }: Audit): number => (finishedAt ?? Number.NaN) - createdAt;
