import { z } from "zod";
import { Id } from "../../shared/platform/index.ts";

/** The path of what belongs to one audit. */
export const auditParams = z.object({ id: Id("audit").describe("Id of the audit") });
