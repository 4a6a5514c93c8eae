import { availableParallelism } from "node:os";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

// Wrangler would warn that the secrets of wrangler.toml are not set; the tests bring their own.
process.env.WRANGLER_LOG ??= "error";

/** Whatever leaves the Worker in tests, for any host, arrives at `test/helpers/node/shared-site.ts`. */
const testNetwork = (sitePort: number) => ({
  name: "test-network",
  modules: true,
  script: "export default { fetch: (request, env) => env.SITE.fetch(request) }",
  serviceBindings: { SITE: { external: { address: `127.0.0.1:${sitePort}`, http: {} } } },
});

export default defineConfig({
  test: {
    // What the Worker logs is shown for tests that fail.
    silent: "passed-only",
    // Twice the cores: many tests wait for deadlines that are real.
    maxWorkers: availableParallelism() * 2,
    projects: [
      // What these test keeps nothing between calls: loading it once for all files takes a quarter of the time.
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], isolate: false } },
      {
        plugins: [
          cloudflareTest(async ({ inject }) => ({
            // workerd would print a stack for every connection that a test breaks on purpose.
            verbose: false,
            main: "./test/helpers/worker/faulty-worker.ts",
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                ENVIRONMENT: "test",
                // 32 bytes that protect nothing.
                ENCRYPTION_KEY: "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
                SIGNING_KEYS: "test:dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
                PUBLIC_URL: "https://mentha.test",
                // As many requests as the battery of limits has to make until one is refused.
                LIMITS: "connections=300",
                FAULT_SEEDS: process.env.FAULT_SEEDS ?? "",
                MIGRATIONS: await readD1Migrations("migrations"),
              },
              outboundService: "test-network",
              workers: [testNetwork(inject("sitePort"))],
            },
          })),
        ],
        test: {
          name: "worker",
          include: ["test/worker/**/*.test.ts"],
          globalSetup: ["test/helpers/node/shared-site.ts"],
          setupFiles: ["test/helpers/worker/setup.ts"],
          // Files run beside each other, more of them than there are processors.
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: availableParallelism(),
          // The many processes that these start read the same thousand files.
          env: { NODE_COMPILE_CACHE: new URL("dist/compile-cache", import.meta.url).pathname },
          // After the others: these start servers and browsers, which wait for a processor no better than people do.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
