import { startBackup } from "./backup.ts";
import { startDeadLetterDigest } from "./dead-letter-digest.ts";
import { startEveryReport, startReport } from "./report.ts";
import { startRetention } from "./retention.ts";
import { startEverySiteAudits, startSiteAudits } from "./site-audits.ts";
import type { Starts } from "./start.ts";
import { startAudit } from "./start-audit.ts";

/** How each kind of target is started. */
export const starts: Starts = {
  audit: startAudit,
  "site-audits": startSiteAudits,
  "every-site-audits": startEverySiteAudits,
  report: startReport,
  "every-report": startEveryReport,
  retention: startRetention,
  "dead-letter-digest": startDeadLetterDigest,
  backup: startBackup,
};
