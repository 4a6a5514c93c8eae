import { count } from "../../audits/index.ts";
import { roleNames } from "../../mail/index.ts";
import { type Aids, type DataOf, mostNamed, siteOf, type Wording } from "./wording.ts";

const pages = count("en", "page", "pages");
const errors = count("en", "error", "errors");
const warnings = count("en", "warning", "warnings");
const problems = count("en", "problem", "problems");
const times = count("en", "time", "times");
const requests = count("en", "request", "requests");

const outOf100 = (score: number | null): string | null => (score === null ? null : `${score} of 100`);
const endpointName = ({ name, host }: DataOf<"webhook.failing" | "webhook.disabled">): string => (name === null ? host : `“${name}”`);

const sites = count("en", "site", "sites");
const scoreWith = (score: number | null, change: number | null): string =>
  score === null ? "nothing to score" : `${score} of 100${change === null || change === 0 ? "" : ` (${change > 0 ? "+" : "−"}${Math.abs(change)})`}`;

/** How far an audit came. */
const reached = ({ url, pages: { fetched, failed }, startedAt, finishedAt }: DataOf<"audit.failed" | "audit.cancelled">, { numbers }: Aids) =>
  [
    ["Site", url],
    ["Pages", numbers.count(fetched)],
    ["Pages that did not answer", failed === 0 ? null : numbers.count(failed)],
    ["Started", startedAt === null ? null : numbers.dateTime(startedAt)],
    ["Ended", numbers.dateTime(finishedAt)],
  ] as const;

/** Every message in English. */
export const english: Wording = {
  severities: { info: "Info", good: "Solved", warning: "Warning", error: "Error" },
  links: { report: "Open the report", audit: "See the audit in the API", endpoint: "See the endpoint in the API" },
  types: {
    "audit.started": ({ url, startedAt }, { numbers }) => ({
      title: `Audit started: ${siteOf(url)}`,
      text: `The crawl of ${siteOf(url)} has begun.`,
      facts: [
        ["Site", url],
        ["Started", numbers.dateTime(startedAt)],
      ],
    }),
    "audit.completed": ({ url, scores: { overall }, counts, pages: { fetched, failed }, startedAt, finishedAt }, { numbers }) => ({
      title: overall === null ? `Audit completed: ${siteOf(url)}` : `Audit completed: ${siteOf(url)} scores ${outOf100(overall)}`,
      text: `The audit of ${siteOf(url)} is done. It looked at ${pages(fetched)} and found ${errors(counts.error)} and ${warnings(counts.warning)}.${
        overall === null ? " There was nothing to score." : ""
      }`,
      facts: [
        ["Site", url],
        ["Score", outOf100(overall)],
        ["Errors", numbers.count(counts.error)],
        ["Warnings", numbers.count(counts.warning)],
        ["Pages", numbers.count(fetched)],
        ["Pages that did not answer", failed === 0 ? null : numbers.count(failed)],
        ["Took", startedAt === null ? null : numbers.duration(finishedAt - startedAt)],
        ["Ended", numbers.dateTime(finishedAt)],
      ],
    }),
    "audit.failed": (data, aids) => ({
      title: `Audit failed: ${siteOf(data.url)}`,
      text: `The audit of ${siteOf(data.url)} could not be finished. ${data.message} Once this is solved, start the audit again.`,
      facts: reached(data, aids),
    }),
    "audit.cancelled": (data, aids) => ({
      title: `Audit cancelled: ${siteOf(data.url)}`,
      text: `Somebody stopped the audit of ${siteOf(data.url)}. What it found until then can still be read.`,
      facts: reached(data, aids),
    }),
    "audit.regressed": ({ url, origin, rules, scores, wellUntil, foundAt, confirmedAt }, { numbers, ruleOf }) => {
      const named = rules.slice(0, mostNamed).map(({ ruleId, title, pages: failing }) => {
        const rule = ruleOf(ruleId);
        return `${rule?.title ?? title}${rule?.scope === "site" ? "" : `: ${pages(failing)}`}`;
      });
      const more = rules.length > mostNamed ? [`and ${problems(rules.length - mostNamed)} more`] : [];
      return {
        title: `Worse than before: ${siteOf(origin)}`,
        text: `This was not so in the audit before, and a second look found it again:\n${[...named, ...more].join("\n")}.`,
        facts: [
          ["Site", url],
          ["Score before", outOf100(scores.before)],
          ["Score now", outOf100(scores.now)],
          ["Well until", numbers.dateTime(wellUntil)],
          ["Found", numbers.dateTime(foundAt)],
          ["Confirmed", numbers.dateTime(confirmedAt)],
        ],
      };
    },
    "finding.opened": ({ url, origin, ruleId, title, pages: failing, checked, since, auditedBefore }, { numbers, ruleOf }) => {
      const rule = ruleOf(ruleId);
      const where =
        rule?.scope === "site" ? "It concerns the whole site." : `${numbers.count(failing)} of ${pages(checked)} ${failing === 1 ? "has" : "have"} it.`;
      const first = auditedBefore ? "" : " This was the first audit of this address, so all that it found is new.";
      return {
        title: `New finding on ${siteOf(origin)}: ${rule?.title ?? title}`,
        text: `${where}${first}${rule === null ? "" : `\nHow to fix it: ${rule.fix}`}`,
        facts: [
          ["Site", url],
          ["Pages", rule?.scope === "site" ? null : `${numbers.count(failing)} of ${numbers.count(checked)}`],
          ["Rule", ruleId],
          ["Since", numbers.dateTime(since)],
        ],
      };
    },
    "finding.fixed": ({ url, origin, ruleId, title, pagesBefore, since }, { numbers, ruleOf }) => {
      const rule = ruleOf(ruleId);
      const before = `${pages(pagesBefore)} had it in the audit before.`;
      return {
        title: `Fixed on ${siteOf(origin)}: ${rule?.title ?? title}`,
        text: rule?.scope === "site" ? "The site passes this check again." : `No page has this problem any more. ${before}`,
        facts: [
          ["Site", url],
          ["Rule", ruleId],
          ["Was there since", numbers.dateTime(since)],
        ],
      };
    },
    "report.ready": ({ from, to, siteCount, audited, better, worse, sites: told }, { numbers, day }) => ({
      title: `Report ready: ${numbers.count(better)} better, ${numbers.count(worse)} worse`,
      text: [
        `What got better and worse from ${day(from)} to ${day(to)}: ${numbers.count(audited)} of ${sites(siteCount)} audited, ${problems(better)} fixed, ${problems(worse)} new.`,
        ...told
          .slice(0, 10)
          .map(({ origin, auditId, score, change }) => `${siteOf(origin)}: ${auditId === null ? "no audit in this time" : scoreWith(score, change)}.`),
        ...(siteCount > 10 ? ["The report has the other sites."] : []),
      ].join("\n"),
      facts: [
        ["From", numbers.dateTime(from)],
        ["To", numbers.dateTime(to)],
        ["Sites", numbers.count(siteCount)],
        ["Better", numbers.count(better)],
        ["Worse", numbers.count(worse)],
      ],
    }),
    "job.failed": ({ jobId, jobType, failures, createdAt }, { numbers }) => ({
      title: `Background job failed: ${jobType}`,
      text: `It failed ${times(failures)} in a row and is not tried again by itself. Whoever runs this installation can start it again.`,
      facts: [
        ["Job", jobId],
        ["Asked for", numbers.dateTime(createdAt)],
      ],
    }),
    "limit.reached": ({ caller, keyPrefix, principalId, userId, day, requests: asked, limited }, aids) => ({
      title: caller === "key" ? `Limit reached by the API key ${keyPrefix ?? principalId}` : "Limit reached by somebody who signed in",
      text: `${requests(limited)} of ${aids.numbers.count(asked)} on that day ${limited === 1 ? "was" : "were"} refused, because they came too fast or were too many.`,
      facts: [
        ["Day (UTC)", aids.day(Date.parse(day))],
        ["API key", caller === "key" ? (keyPrefix ?? principalId) : null],
        [caller === "key" ? "Made by" : "Person", userId],
      ],
    }),
    "user.invited": ({ role, invitedBy, expiresAt }, { numbers }) => ({
      title: "Somebody was invited to the workspace",
      text: `Their role will be: ${roleNames.en[role]}.`,
      facts: [
        ["Role", roleNames.en[role]],
        ["Invited by", invitedBy],
        ["Open until", numbers.dateTime(expiresAt)],
      ],
    }),
    "member.joined": ({ userId, role, invitedBy }) => ({
      title: "Somebody joined the workspace",
      text: `They accepted an invitation. Their role is: ${roleNames.en[role]}.`,
      facts: [
        ["Person", userId],
        ["Role", roleNames.en[role]],
        ["Invited by", invitedBy],
      ],
    }),
    "member.role-changed": ({ userId, role }) => ({
      title: "A member of the workspace has another role",
      text: `Their role is now: ${roleNames.en[role]}.`,
      facts: [
        ["Person", userId],
        ["Role", roleNames.en[role]],
      ],
    }),
    "webhook.failing": (data, { numbers }) => ({
      title: `Nothing arrives at the endpoint ${endpointName(data)}`,
      text: `Nothing has arrived there since ${numbers.dateTime(data.since)}. After five days without a success the endpoint is disabled. Its deliveries say why they fail.`,
      facts: [
        ["Endpoint", data.webhookId],
        ["Kind", data.kind],
        ["Host", data.host],
        ["Since", numbers.dateTime(data.since)],
      ],
    }),
    "webhook.disabled": (data) => ({
      title: `Endpoint disabled: ${endpointName(data)}`,
      text: `${
        data.reason === "gone" ? "It said that it takes nothing more, ever." : "Nothing arrived there for five days."
      } Nothing is sent to it any more. Once it is right again, enable it: what waits is sent then.`,
      facts: [
        ["Endpoint", data.webhookId],
        ["Kind", data.kind],
        ["Host", data.host],
      ],
    }),
  },
};
