declare namespace Cloudflare {
  interface Env {
    /** The SQL of `migrations/`, given by vitest.config.ts: a test file starts with an empty database. */
    MIGRATIONS: import("cloudflare:test").D1Migration[];
  }
}
