import { CannotContinue } from "./own-database.ts";
import { inRoot } from "./paths.ts";

/** What wrangler.toml says until somebody has an address. */
const placeholder = "https://mentha.example.com";

/** Throws `CannotContinue` while wrangler.toml does not say where people reach the installation: links in e-mails would lead nowhere. */
export async function requireOwnAddress(): Promise<void> {
  const { unstable_readConfig: readConfig } = await import("wrangler");
  const { PUBLIC_URL: address } = readConfig({ config: inRoot("wrangler.toml") }, { hideWarnings: true }).vars;
  if (typeof address === "string" && address !== "" && address.replace(/\/+$/, "") !== placeholder) return;
  throw new CannotContinue(
    "wrangler.toml does not say yet where people reach your installation. Put its address there, as PUBLIC_URL under [vars]:\n\n" +
      '  PUBLIC_URL = "https://mentha.<your-subdomain>.workers.dev"\n\n' +
      "Your subdomain is in the Cloudflare dashboard under Workers & Pages; an address of your own does as well. docs/deployment.md has every step.",
  );
}
