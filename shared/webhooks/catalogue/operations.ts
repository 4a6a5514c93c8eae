import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { readTogether } from "../../db/read-together.ts";
import { apiKeys, jobs, usage } from "../../db/schema/index.ts";
import { Count, Id, kindOf, Millis, Text } from "../../platform/index.ts";
import { entry, type Presented } from "./entry.ts";

const JobFailed = z.strictObject({
  jobId: Id("job").describe("Id of the job"),
  jobType: Text(100).describe("Such as `audit.purge`, which removes an audit that was deleted"),
  failures: Count.describe("Failed tries in a row"),
  createdAt: Millis.describe("When it was asked for"),
});

const LimitReached = z.strictObject({
  principalId: z.union([Id("key"), Id("user")]).describe("Id of the API key, or of the person who signed in"),
  caller: z.enum(["key", "session"]).describe("An API key, or somebody who signed in"),
  keyPrefix: Text(40).nullable().describe("Names the API key; null for somebody who signed in, and for a key that is deleted"),
  userId: Id("user").describe("The person; of an API key, the one who made it"),
  day: z.iso.date().max(10).describe("UTC"),
  requests: Count.describe("Requests of that day so far"),
  limited: Count.describe("Those that a limit refused"),
});

const subjectOfJob = ({ jobId }: { readonly jobId: string }): string => `job:${jobId}`;
const subjectOfLimit = ({ principalId }: { readonly principalId: string }): string => `limit:${principalId}`;

/** What went wrong in the background, or was refused. */
export const operationEntries = {
  "job.failed": entry("job.failed", {
    version: 1,
    data: JobFailed,
    example: { jobId: "job_01kaq3v8e0000000000000000j", jobType: "audit.purge", failures: 8, createdAt: 1_795_338_000_000 },
    description: {
      en: "A background job of the workspace failed for good, after all its tries. The operators of the installation can start it again.",
      es: "Un trabajo en segundo plano del espacio de trabajo ha fallado definitivamente, tras todos sus intentos. Quien opera la instalación puede iniciarlo de nuevo.",
    },
    severity: "error",
    subjectOf: subjectOfJob,
    async present({ db }, { workspaceId, data }) {
      const where = and(eq(jobs.id, data.jobId), eq(jobs.workspaceId, workspaceId));
      const [row] = await readTogether(db, db.select({ failures: jobs.failures, createdAt: jobs.createdAt }).from(jobs).where(where));
      return row === undefined ? null : { data: { ...data, ...row }, origin: null };
    },
  }),
  "limit.reached": entry("limit.reached", {
    version: 1,
    data: LimitReached,
    example: {
      principalId: "key_01kaq3v8e0000000000000000k",
      caller: "key",
      keyPrefix: "mk_live_4f9kq2",
      userId: "usr_01kaq3v8e0000000000000000a",
      day: "2026-11-22",
      requests: 1_318,
      limited: 14,
    },
    description: {
      en: "A limit refused requests of an API key or of somebody who signed in, for the first time on that day (UTC). It is told once a day for each.",
      es: "Un límite ha rechazado solicitudes de una clave de API o de alguien que inició sesión, por primera vez en ese día (UTC). Se avisa una vez al día por cada una.",
    },
    severity: "warning",
    subjectOf: subjectOfLimit,
    async present({ db, directory }, { workspaceId, data: { principalId, day } }): Promise<Presented<z.infer<typeof LimitReached>> | null> {
      const ofDay = and(eq(usage.workspaceId, workspaceId), eq(usage.day, day), eq(usage.principalId, principalId));
      const { userId, requests, limited } = usage;
      const [row] = await readTogether(db, db.select({ userId, requests, limited }).from(usage).where(ofDay));
      if (row === undefined) return null;
      if (kindOf(principalId) !== "key") return { data: { principalId, caller: "session", keyPrefix: null, day, ...row }, origin: null };
      const ofKey = and(eq(apiKeys.id, principalId), eq(apiKeys.workspaceId, workspaceId));
      const [key] = await readTogether(directory, directory.select({ prefix: apiKeys.prefix }).from(apiKeys).where(ofKey));
      return { data: { principalId, caller: "key", keyPrefix: key?.prefix ?? null, day, ...row }, origin: null };
    },
  }),
} as const;
