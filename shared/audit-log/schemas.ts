import { z } from "zod";
import { Count, Id, ListQuery, listOf, Millis, Text } from "../platform/index.ts";
import { actions } from "./actions.ts";

const Time = z.coerce.number().int().min(0).max(8_640_000_000_000_000);
/** Ids of whatever kind, and the routes of refusals. */
const AnyId = Text(200);

const filters = {
  action: z.enum(actions).optional().describe("What was done, such as `key.generate`"),
  userId: Id("user").optional().describe("Who did it; also with their API keys"),
  actorId: AnyId.optional().describe("The session that did it, by its id, or the API key, by its id or its prefix"),
  targetId: AnyId.optional().describe("What it was done to, by its id; an API key by its prefix"),
  from: Time.optional().describe("Not before: milliseconds since 1970, UTC"),
  to: Time.optional().describe("Before: milliseconds since 1970, UTC"),
};

export const LogQuery = ListQuery.extend(filters);
export type LogQuery = z.infer<typeof LogQuery>;

export const exportFormats = ["csv", "ndjson"] as const;
export const LogExportQuery = z.object({
  format: z.enum(exportFormats).default("csv").describe("`csv` for a spreadsheet, `ndjson` with one entry a line"),
  ...filters,
});
export type LogExportQuery = z.infer<typeof LogExportQuery>;
export type LogFilters = Omit<LogQuery, "limit" | "cursor">;

export const LogVerifyQuery = ListQuery.pick({ cursor: true });

const Person = z.object({
  id: AnyId,
  name: Text(200).nullable().describe("As it is now; null for who is not in the workspace (any more), and once the account is deleted"),
  email: Text(320).nullable().describe("As it is now; null for who is not in the workspace (any more), and once the account is deleted"),
});

const KeyOfActor = z.object({
  // Of what was stored: the form of keys may change.
  prefix: Text(40).describe("Beginning of the key, which names it"),
  name: Text(100).describe("What the key is for, as it says now"),
});

const Told = z
  .record(z.string().max(101), z.unknown())
  .nullable()
  .describe("Of what changed only; secrets are masked as `***`, what is too long is cut with `…`; null for nothing, and once it was erased");

export const LogEntry = z
  .object({
    id: Id("logEntry"),
    at: Millis,
    action: Text(100),
    actor: z.object({
      kind: z.enum(["session", "key", "visitor", "system"]).describe("Somebody who signed in, an API key, somebody not known yet, or Mentha itself"),
      id: AnyId.nullable().describe(
        "Id of the session or the API key; null for the other kinds, and for refusals of somebody who signed in: these are counted over all of their sessions",
      ),
      key: KeyOfActor.nullable().describe("Null for who is no API key, for one that is deleted, and for one of another workspace"),
      user: Person.nullable().describe("The person; of an API key, the one who made it"),
    }),
    target: z.object({ kind: Text(100), id: AnyId.describe("Its id; the prefix of an API key, the route of what was refused") }),
    requestId: Text(100).nullable().describe("The X-Request-Id of the answer; null where no single request asked"),
    client: z
      .object({ ip: Text(100).nullable(), userAgent: Text(1_000).nullable() })
      .nullable()
      .describe("From where it was asked; null once it was erased, and where no single request asked"),
    before: Told,
    after: Told,
    isErased: z.boolean().describe("Whether personal details of it were erased, because the person asked to be forgotten"),
  })
  .meta({ id: "LogEntry" });
export type LogEntry = z.infer<typeof LogEntry>;
export const LogEntryList = listOf(LogEntry).meta({ id: "LogEntryList" });
export type LogEntryList = z.infer<typeof LogEntryList>;

const problemKinds = ["entry-changed", "entry-removed", "entry-added", "seal-changed", "seal-removed", "tail-cut", "key-unknown"] as const;

const LogProblem = z
  .object({
    kind: z
      .enum(problemKinds)
      .describe(
        "`entry-changed`, `entry-removed`, `entry-added`: an entry is not as it was sealed. `seal-changed`: this seal is not as it was made, so its entries are not checked. `seal-removed`: one or more are missing before this seal. `tail-cut`: this seal was the newest once and is missing. `key-unknown`: the server key that made this seal is not in SIGNING_KEYS any more; put it back behind the others to check it",
      ),
    entryId: AnyId.nullable().describe("The entry; null for what concerns a seal"),
    sealHash: Text(64).describe("Hash of the seal; 64 zeros for what stands before the first"),
    at: Millis.nullable().describe("When the entry was made, or the seal; null for an entry that is missing"),
  })
  .meta({ id: "LogProblem" });
export type LogProblem = z.infer<typeof LogProblem>;

export const LogVerification = z
  .object({
    holds: z.boolean().describe("Whether everything that this call looked at is as it was sealed"),
    sealed: Count.describe("Entries that this call found to be as they were sealed"),
    erased: Count.describe("Those among them whose personal details were erased, because a person asked to be forgotten"),
    unsealed: Count.nullable().describe("The newest entries, which no seal covers yet, up to 1,000; null before the last page"),
    sealedAt: Millis.nullable().describe("When the newest seal that this call looked at was made; null when there is none"),
    problems: z.array(LogProblem).max(5_000),
    nextCursor: Text(500).optional().describe("Pass it as `cursor` to go on; absent on the last page"),
  })
  .meta({ id: "LogVerification" });
export type LogVerification = z.infer<typeof LogVerification>;
