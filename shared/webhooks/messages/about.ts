import type { PublicEventType, Severity } from "../catalogue/public-event.ts";
import type { DataOf, Wording } from "./wording.ts";

/** What is the same in every language. */
export interface About {
  /** When it is another than that of the type. */
  readonly severity?: Severity;
  readonly examples?: readonly string[];
  /** Where this installation has more, from its first slash. */
  readonly link?: { readonly path: string; readonly to: keyof Wording["links"] };
}

const auditLink = (auditId: string) => ({ path: `/api/v1/audits/${auditId}`, to: "audit" }) as const;
const reportLink = (path: string) => ({ path, to: "report" }) as const;
const endpointLink = (webhookId: string) => ({ path: `/api/v1/webhooks/${webhookId}`, to: "endpoint" }) as const;
const reportOf = (auditId: string) => reportLink(`/api/v1/audits/${auditId}/report.html`);

/** Pages named in one message. */
const mostExamples = 10;

const nothing = (): About => ({});

/** How bad each is, some addresses, and where to read on. */
export const about: { readonly [T in PublicEventType]: (data: DataOf<T>) => About } = {
  "audit.started": ({ auditId }) => ({ link: auditLink(auditId) }),
  "audit.completed": ({ reportPath }) => ({ link: reportLink(reportPath) }),
  "audit.failed": ({ reportPath }) => ({ link: reportLink(reportPath) }),
  "audit.cancelled": ({ auditId }) => ({ link: auditLink(auditId) }),
  "audit.regressed": ({ rules, reportPath }) => ({
    severity: rules.some(({ severity }) => severity === "error") ? "error" : "warning",
    examples: [...new Set(rules.flatMap(({ examples }) => examples))].slice(0, mostExamples),
    link: reportLink(reportPath),
  }),
  "finding.opened": ({ severity, examples, auditId }) => ({ severity, examples, link: reportOf(auditId) }),
  "finding.fixed": ({ examples, auditId }) => ({ examples, link: reportOf(auditId) }),
  "report.ready": ({ reportPath }) => ({ link: reportLink(reportPath) }),
  "job.failed": nothing,
  "limit.reached": nothing,
  "user.invited": nothing,
  "member.joined": nothing,
  "member.role-changed": nothing,
  "webhook.failing": ({ webhookId }) => ({ link: endpointLink(webhookId) }),
  "webhook.disabled": ({ webhookId }) => ({ link: endpointLink(webhookId) }),
};
