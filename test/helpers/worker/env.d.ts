declare namespace Cloudflare {
  interface Env {
    /** The SQL of `migrations/`, given by vitest.config.ts: a test file starts with an empty database. */
    MIGRATIONS: import("cloudflare:test").D1Migration[];
    /** Seeds of random faults to run instead of the usual ones, such as `1..40`; empty for the usual ones. */
    FAULT_SEEDS: string;
  }
}
