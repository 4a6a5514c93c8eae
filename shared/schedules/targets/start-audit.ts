import { noRequest } from "../../audit-log/index.ts";
import { acceptAudit } from "../../audits/index.ts";
import { installationId } from "../../db/client.ts";
import type { Start } from "./start.ts";

/** One audit, as if somebody had started it; everything is checked again, since what was allowed then may be refused now. */
export const startAudit: Start<"audit"> = async (starting, input) => {
  const { audit, statements } = await acceptAudit(starting, input, {
    createdBy: starting.createdBy ?? installationId,
    who: { actor: { kind: "system" }, requestId: noRequest, client: { ip: null, userAgent: null } },
    logged: { scheduleId: starting.scheduleId },
  });
  return { startedId: audit.id, statements };
};
