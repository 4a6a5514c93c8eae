import { z } from "zod";
import { Text } from "../../platform/index.ts";

/** Why an operator suspends somebody, or a workspace. */
export const SuspendInput = z.strictObject({ reason: Text(500).optional().describe("For the log of the installation alone") }).meta({ id: "SuspendInput" });
export type SuspendInput = z.infer<typeof SuspendInput>;
