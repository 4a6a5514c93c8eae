import { crawlsOf } from "../../durable-objects/stubs.ts";
import { AnalysisMessage, analyse } from "../../shared/audits/index.ts";
import { configOf, createVault, systemClock } from "../../shared/platform/index.ts";
import { type Consumer, parseMessage } from "./consumer.ts";

/** Fetches and judges the pages of one message. */
export const analysePages: Consumer = async (body, { env, withConnection }) => {
  const message = parseMessage(AnalysisMessage, body);
  const { egress, encryptionKeys } = configOf(env);
  await analyse(message, {
    egress,
    vault: createVault(encryptionKeys),
    now: systemClock,
    withConnection,
    report: (reports) => crawlsOf(env).report(message.auditId, reports),
  });
};
