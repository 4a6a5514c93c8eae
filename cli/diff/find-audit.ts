import type { ApiClient } from "../../client/index.ts";
import type { Audit } from "../../shared/audits/index.ts";
import { idPattern } from "../../shared/platform/index.ts";
import { addressOf } from "../address.ts";
import { CommandError, UsageError } from "../errors.ts";

/** How many audits are looked through for those of an address. */
const mostLookedAt = 100;

/** Which audit somebody means: by its id, or the newest completed one, of an address where there is one. */
export type Meant = { readonly id: string } | { readonly newestOf: string | null };

/** Reads what was typed: `aud_…`, an address, or nothing. Throws `UsageError`. */
export function meantBy(typed: string | undefined): Meant {
  if (typed === undefined) return { newestOf: null };
  if (!typed.startsWith("aud_")) return { newestOf: addressOf(typed, "looked for") };
  requireAuditId("The audit", typed);
  return { id: typed };
}

/** Throws `UsageError`, which says `what` is wrong. */
export function requireAuditId(what: string, text: string): void {
  if (!idPattern("audit").test(text)) throw new UsageError(`${what}: "${text}" is no id of an audit (aud_ and 26 characters)`);
}

/** The newest completed audit, of an address or of all. Throws `CommandError` when there is none among the newest. */
export async function newestAudit(client: Pick<ApiClient, "listAudits">, address: string | null, signal: AbortSignal): Promise<Audit> {
  let looked = 0;
  for await (const audit of client.listAudits({ status: "completed" }, signal)) {
    if (address === null || audit.url === address) return audit;
    looked += 1;
    if (looked === mostLookedAt) break;
  }
  const where = looked === mostLookedAt ? ` among the newest ${mostLookedAt}` : "";
  throw new CommandError(`There is no completed audit${address === null ? "" : ` of ${address}`}${where}. Name one by its id (aud_…).`);
}
