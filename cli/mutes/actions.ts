import type { z } from "zod";
import type { CreateMuteInput, Mute } from "../../shared/audits/index.ts";
import { idPattern } from "../../shared/platform/index.ts";
import type { Action } from "../action.ts";
import { addressOf } from "../address.ts";
import { endOf } from "../duration.ts";
import { UsageError } from "../errors.ts";
import { refuseMore } from "../flag-values.ts";
import type { Flag, Parsed } from "../flags.ts";
import { muteTable } from "./mute-text.ts";

export const addFlags = {
  audit: { value: "AUDIT", help: "The audit that has the finding (aud_…); with --finding" },
  finding: { value: "FINDING", help: "The one finding (fnd_…), as mentha diff --state new shows it" },
  site: { value: "URL", help: "The site on which a rule is to be muted; with --rule" },
  rule: { value: "RULE", help: "The rule, such as title-missing" },
  reason: { value: "TEXT", help: "Why, for whoever wonders later" },
  until: { value: "TIME", help: "90d from now, or the end of a day such as 2027-03-31 in UTC (default: for good)" },
} as const satisfies Record<string, Flag>;

export const actions = {
  list: {
    usage: "list",
    summary: "Show what is muted, newest first",
    flags: {},
    prepare: (given) => {
      refuseMore(given, 0);
      return async (client, { signal }) => {
        const mutes: Mute[] = [];
        for await (const mute of client.listMutes({}, signal)) mutes.push(mute);
        if (mutes.length === 0) return { text: "", json: mutes, note: "Nothing is muted." };
        return { text: muteTable(mutes), json: mutes };
      };
    },
  },
  add: {
    usage: "add",
    summary: "Mute a finding, or a rule on a site",
    flags: addFlags,
    prepare: (given, now) => {
      refuseMore(given, 0);
      const input = inputOf(given, now);
      return async (client) => {
        const mute = await client.createMute(input);
        return { text: muteTable([mute]), json: mute };
      };
    },
  },
  remove: {
    usage: "remove MUTE",
    summary: "Let be heard of again what a mute (mut_…) muted",
    flags: {},
    prepare: (given) => {
      const [id] = given.positionals;
      if (id === undefined || !idPattern("mute").test(id)) throw new UsageError("Say which mute, by its id (mut_…); mentha mutes list shows them");
      refuseMore(given, 1);
      return async (client) => {
        await client.deleteMute(id);
        return { text: "", json: { id, isDeleted: true }, note: `${id} is deleted: what it muted is heard of again.` };
      };
    },
  },
} as const satisfies Record<string, Action>;

function inputOf(given: Parsed<string>, now: number): z.input<typeof CreateMuteInput> {
  const [auditId, findingId, site, ruleId] = [given.get("audit"), given.get("finding"), given.get("site"), given.get("rule")];
  const [reason, until] = [given.get("reason"), given.get("until")];
  if (reason === undefined) throw new UsageError("Say why: --reason TEXT");
  const end = { reason, ...(until === undefined ? {} : { until: endOf("--until", until, now) }) };
  if (auditId !== undefined && findingId !== undefined && site === undefined && ruleId === undefined) return { auditId, findingId, ...end };
  if (site !== undefined && ruleId !== undefined && auditId === undefined && findingId === undefined) return { site: addressOf(site, "muted"), ruleId, ...end };
  throw new UsageError("Say what to mute: a finding with --audit and --finding, or a rule with --site and --rule");
}
