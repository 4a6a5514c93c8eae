import { defineConfig } from "vitest/config";

/** Tests of the files that stryker.config.json mutates: with any others, and the projects that start workerd, a run would take hours. */
const tests = [
  "audits/score",
  "audits/crawl/{release,retry-policy,robots-gate}",
  "audits/report/{numbers,page-name,tone,was-checked}",
  "audits/{robots,urls}/*",
  "platform/{api-key,ids,ip-blocks,printable,retry,semaphore,wire}",
  "platform/egress/{check-url,narrow-to}",
];

export default defineConfig({ test: { include: tests.map((name) => `test/unit/shared/${name}.test.ts`) } });
