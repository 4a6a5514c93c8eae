import type { Mute } from "../../shared/audits/index.ts";
import { table, timeText } from "../table.ts";

/** Mutes as a person reads them. */
export const muteTable = (mutes: readonly Mute[]): string =>
  table(
    ["id", "rule", "where", "until", "reason"],
    mutes.map(({ id, ruleId, pageUrl, scope, site, reason, ...mute }) => [
      id,
      ruleId,
      pageUrl ?? (scope === "rule" ? `every page of ${site}` : `${site} as a whole`),
      endText(mute),
      reason,
    ]),
  );

const endText = ({ until, isOver }: Pick<Mute, "until" | "isOver">): string =>
  until === null ? "for good" : `${timeText(until)}${isOver ? ", which is over" : ""}`;
