import { inRoot } from "./paths.ts";

/** A reason to stop that the person can do something about; shown without a stack. */
export class CannotContinue extends Error {}

/** What wrangler.toml says until somebody has a database. */
const placeholder = "00000000-0000-0000-0000-000000000000";

/** Throws `CannotContinue` while wrangler.toml names no database of a Cloudflare account. */
export async function requireOwnDatabase(): Promise<void> {
  const { unstable_readConfig: readConfig } = await import("wrangler");
  const { d1_databases: databases } = readConfig({ config: inRoot("wrangler.toml") }, { hideWarnings: true });
  const id: unknown = databases.find(({ binding }: { binding: string }) => binding === "DB")?.database_id;
  if (typeof id === "string" && id !== "" && id !== placeholder) return;
  throw new CannotContinue(
    "wrangler.toml does not name your database yet. Make one:\n\n" +
      "  npx wrangler d1 create mentha\n\n" +
      "It prints a database_id: put that into wrangler.toml, in place of the zeros. docs/deployment.md has every step.",
  );
}
