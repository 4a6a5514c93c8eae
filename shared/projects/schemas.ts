import { z } from "zod";
import { AnyUrl, Count, Id, listOf, Millis, Name, Text, Version } from "../platform/index.ts";

/** Sites of one project. */
export const maxSites = 100;

export const verificationMethods = ["file", "meta", "dns"] as const;
const VerificationMethod = z.enum(verificationMethods).describe("`file` on the site, `meta` element of its home page, `dns` TXT record");
export type VerificationMethod = z.infer<typeof VerificationMethod>;

export const Site = z
  .object({
    id: Id("site"),
    origin: AnyUrl.describe("Scheme, host and port, such as `https://www.example.com`"),
    verificationToken: Text(64).describe("What the owner publishes to prove that the site is theirs; no secret, and good for this workspace only"),
    verifiedAt: Millis.nullable().describe("When it was last proven that the site is the workspace's own; null before"),
    verifiedBy: VerificationMethod.nullable(),
    createdAt: Millis,
  })
  .meta({ id: "Site" });
export type Site = z.infer<typeof Site>;

const described = { id: Id("project"), name: Text(100), version: Version, createdAt: Millis };

export const Project = z.object({ ...described, sites: z.array(Site).max(maxSites) }).meta({ id: "Project" });
export type Project = z.infer<typeof Project>;

const ProjectSummary = z.object({ ...described, siteCount: Count }).meta({ id: "ProjectSummary" });
export const ProjectList = listOf(ProjectSummary).meta({ id: "ProjectList" });
export type ProjectList = z.infer<typeof ProjectList>;

const ProjectName = Name(100);
export const CreateProjectInput = z.strictObject({ name: ProjectName }).meta({ id: "CreateProjectInput" });
export type CreateProjectInput = z.infer<typeof CreateProjectInput>;
export const UpdateProjectInput = z.strictObject({ name: ProjectName.optional() }).meta({ id: "UpdateProjectInput" });
export type UpdateProjectInput = z.infer<typeof UpdateProjectInput>;

export const AddSiteInput = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: "Give a complete address that starts with http:// or https://, such as https://www.example.com/" })
      .max(2_000)
      .describe("Any address of the site; what counts is its scheme, host and port"),
  })
  .meta({ id: "AddSiteInput" });
export type AddSiteInput = z.infer<typeof AddSiteInput>;

export const VerifySiteInput = z
  .strictObject({ method: VerificationMethod.optional().describe("The one way to try; every way when absent") })
  .meta({ id: "VerifySiteInput" });
export type VerifySiteInput = z.infer<typeof VerifySiteInput>;

const Sentence = Text(5_000);
const VerificationAttempt = z
  .object({
    method: VerificationMethod,
    isProof: z.boolean().describe("Whether this proves that the site is the workspace's own"),
    lookedFor: Sentence,
    found: Sentence,
    todo: Sentence.nullable().describe("What to do for this way to succeed; null when it did"),
  })
  .meta({ id: "VerificationAttempt" });
export type VerificationAttempt = z.infer<typeof VerificationAttempt>;

export const SiteVerification = z
  .object({ site: Site, attempts: z.array(VerificationAttempt).min(1).max(verificationMethods.length) })
  .meta({ id: "SiteVerification" });
export type SiteVerification = z.infer<typeof SiteVerification>;
