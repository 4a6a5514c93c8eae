import { defineConfig } from "vitest/config";

/** Tests of the files that stryker.config.json mutates: with any others, and the projects that start workerd, a run would take hours. */
const tests = [
  "shared/audits/score",
  "shared/audits/crawl/{release,retry-policy,robots-gate}",
  "shared/audits/report/{numbers,page-name,tone,was-checked}",
  "shared/audits/{robots,urls}/*",
  "shared/limits/{decide,leases,sliding-log,sliding-log.property,verdict-text}",
  "shared/audit-log/mask",
  "shared/keys/wider",
  "shared/live/following/coalescer.property",
  "shared/live/shard/moves",
  "shared/live/shard/duties/duties",
  "shared/live/shard/sockets/{message-rate,outstanding}",
  "shared/metrics/histogram.property",
  "shared/presence/{minutes.property,sums,tree.property}",
  "workers/api/limits/*",
  "shared/platform/{api-key,ids,ip-blocks,printable,retry,semaphore,wire}",
  "shared/platform/egress/{check-url,narrow-to}",
];

export default defineConfig({ test: { include: tests.map((name) => `test/unit/${name}.test.ts`) } });
