import { bySystem } from "../../audit-log/index.ts";
import { acceptAudit, isCrowded, mostUnfinished, readUnfinished } from "../../audits/index.ts";
import { installationId } from "../../db/client.ts";
import { AppError, refuseWhere } from "../../platform/index.ts";
import type { Start } from "./start.ts";

/**
 * One audit, as if somebody had started it; everything is checked again, since what was allowed then may be refused now. None while a hundred are under way:
 * schedules whose runs may overlap, or that make up for an outage, would start thousands, which no limit counts.
 */
export const startAudit: Start<"audit"> = async (starting, input) => {
  const { db, workspaceId } = starting;
  const { count } = await readUnfinished(db, workspaceId, input.url);
  if (count >= mostUnfinished)
    throw new AppError("conflict", `${mostUnfinished} audits of this workspace were not over yet: schedules start no more beside them.`);
  const { audit, statements } = await acceptAudit(starting, input, {
    createdBy: starting.createdBy ?? installationId,
    who: bySystem,
    logged: { scheduleId: starting.scheduleId },
  });
  // Runs that start at the same moment have counted alike.
  return { startedId: audit.id, statements: [refuseWhere(db, isCrowded(db, workspaceId)), ...statements] };
};
