import type { Claim } from "../claim.ts";
import { api } from "./api.ts";
import { auditSpeed } from "./audit-speed.ts";
import { largeSite } from "./large-site.ts";
import { manyAudits } from "./many-audits.ts";
import { presence } from "./presence.ts";
import { presenceFaults } from "./presence-faults.ts";
import { retention } from "./retention.ts";
import { signInEnumeration } from "./sign-in-enumeration.ts";
import { slowSite } from "./slow-site.ts";
import { storageCost } from "./storage-cost.ts";
import { webhooks } from "./webhooks.ts";

/** Every claim by the name that `npm run bench -- <name>` knows it by. */
export const claims = {
  "audit-speed": auditSpeed,
  "slow-site": slowSite,
  "many-audits": manyAudits,
  "large-site": largeSite,
  "storage-cost": storageCost,
  api,
  "sign-in-enumeration": signInEnumeration,
  presence,
  "presence-faults": presenceFaults,
  webhooks,
  retention,
} as const satisfies Record<string, Claim>;

export const isClaim = (name: string): name is keyof typeof claims => Object.hasOwn(claims, name);
