import { setTimeout as sleep } from "node:timers/promises";
import { type ApiClient, ApiProblem } from "../client/index.ts";
import { type Audit, hasEnded } from "../shared/audits/index.ts";
import { followLive } from "./follow-live.ts";
import type { ProgressView } from "./progress.ts";

/** Waits for an audit's end and shows its progress: with live updates, or with its stream of events where there are none. Rejects when the signal is aborted. */
export async function follow(client: ApiClient, id: string, view: ProgressView, signal: AbortSignal): Promise<Audit> {
  try {
    const audit = await followLive(client, id, view, signal);
    if (audit !== undefined) return audit;
    for await (const event of client.auditEvents(id, signal)) {
      if (event.type === "done") return event.audit;
      view.show(event.progress);
    }
  } finally {
    view.clear();
  }
  return client.getAudit(id);
}

const cancelPollMs = 250;
const cancelPolls = 20;

/** Cancels an audit and waits up to five seconds for it to end; says how that went. */
export async function cancel(client: ApiClient, id: string): Promise<string> {
  try {
    let audit = await client.cancelAudit(id);
    for (let i = 0; i < cancelPolls && !hasEnded(audit.status); i++) {
      await sleep(cancelPollMs);
      audit = await client.getAudit(id);
    }
    return audit.status === "cancelled" ? "The audit was cancelled." : `The audit is ${audit.status}.`;
  } catch (thrown) {
    if (thrown instanceof ApiProblem && thrown.code === "conflict") return "The audit had already ended.";
    return `The audit ${id} could not be cancelled: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
}
