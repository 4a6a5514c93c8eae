import { recordChange } from "../audit-log/index.ts";
import { sites } from "../db/schema/index.ts";
import { type Context, commit, guarded, narrowTo, requirePermission, secondMs } from "../platform/index.ts";
import { findSite, ofSite, toSite } from "./queries.ts";
import { type SiteVerification, type VerificationMethod, type VerifySiteInput, verificationMethods } from "./schemas.ts";
import { lookForDns } from "./verification/dns-proof.ts";
import { lookForFile } from "./verification/file-proof.ts";
import { lookForMeta } from "./verification/meta-proof.ts";
import type { LookForProof } from "./verification/proof.ts";

const proofs: Readonly<Record<VerificationMethod, LookForProof>> = { file: lookForFile, meta: lookForMeta, dns: lookForDns };

/** Somebody waits for the answer. */
const timeoutMs = 5 * secondMs;

/**
 * Looks for what proves that a site is the workspace's own, in the way asked for or in all. Without a proof the site stays as it was: one that was
 * verified before is not doubted because a server is down.
 * @throws AppError `not_found`; `conflict` when the site was removed meanwhile
 */
export async function verifySite(ctx: Context, projectId: string, siteId: string, { method }: VerifySiteInput): Promise<SiteVerification> {
  requirePermission(ctx, "projects:write");
  const row = await findSite(ctx, projectId, siteId);
  const claim = { origin: row.origin, token: row.verificationToken };
  const deps = { policy: narrowTo(ctx.egress, row.origin), now: ctx.now, timeoutMs };
  const methods = method === undefined ? verificationMethods : [method];
  const attempts = await Promise.all(methods.map(async (each) => ({ method: each, ...(await proofs[each](claim, deps)) })));
  const proof = attempts.find(({ isProof }) => isProof);
  if (proof === undefined) return { site: toSite(row), attempts };
  const verified = { verifiedAt: ctx.now(), verifiedBy: proof.method };
  const write = ctx.db
    .update(sites)
    .set(verified)
    .where(ofSite(ctx, projectId, siteId));
  const before = { projectId, origin: row.origin, verifiedAt: row.verifiedAt, verifiedBy: row.verifiedBy };
  await commit(ctx.db, [...guarded(ctx.db, write), recordChange(ctx, ctx.db, { action: "site.verify", targetId: siteId, before, after: verified })]);
  return { site: { ...toSite(row), ...verified }, attempts };
}
