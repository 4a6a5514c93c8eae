import type { ApiClient } from "../client/index.ts";
import { type Audit, type Severity, sitePath } from "../shared/audits/index.ts";

/** What budgets and baselines need of a finding. */
export interface SeenFinding {
  readonly ruleId: string;
  readonly severity: Severity;
  /** As `sitePath` names it; `wholeSite` for a finding about the site as a whole. */
  readonly page: string;
}

/** Stands where a page would: no address is written like this. */
export const wholeSite = "*";

/** All findings of an audit, in the order in which they were made; a report holds only the first of each rule. Rejects when the signal is aborted. */
export async function readFindings(client: ApiClient, { id, url }: Pick<Audit, "id" | "url">, signal: AbortSignal): Promise<SeenFinding[]> {
  const found: SeenFinding[] = [];
  for await (const { ruleId, severity, pageUrl } of client.findings(id, "en", signal)) {
    signal.throwIfAborted();
    found.push({ ruleId, severity, page: pageUrl === null ? wholeSite : sitePath(pageUrl, url) });
  }
  return found;
}
