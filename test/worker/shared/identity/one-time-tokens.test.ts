import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { oneTimeTokens } from "../../../../shared/db/schema/index.ts";
import { findOneTimeToken, makeOneTimeToken, revokeOneTimeTokens, type TokenPurpose, useOneTimeToken } from "../../../../shared/identity/one-time-tokens.ts";
import { commit, guarded, newId, sha256Hex } from "../../../../shared/platform/index.ts";
import { planOf } from "../../../helpers/worker/query-plan.ts";

const directory = directoryDatabase(env);
const start = 1_800_000_000_000;
const lifeMs = 60_000;
let now = start;
const ctx = { directory, now: () => now };

const make = async (subjectId: string, purpose: TokenPurpose = "reset-password"): Promise<string> => {
  const { token, statement } = await makeOneTimeToken(ctx, { purpose, subjectId, email: "ana@example.com", lifeMs });
  await commit(directory, [statement]);
  return token;
};
const find = (token: string, purpose: TokenPurpose = "reset-password") => findOneTimeToken(ctx, purpose, token);
const use = async (token: string) => commit(directory, guarded(directory, useOneTimeToken(ctx, await sha256Hex(token))));
const gone = { code: "gone", message: expect.stringContaining("Ask for a new one") };

beforeAll(() => applyD1Migrations(env.DB, env.MIGRATIONS));
beforeEach(async () => {
  now = start;
  await directory.delete(oneTimeTokens);
});

describe("a one-time token", () => {
  it("says what it is for and which address it was sent to", async () => {
    const user = newId("user");
    const token = await make(user);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await find(token)).toEqual({ subjectId: user, email: "ana@example.com", hash: await sha256Hex(token) });
  });

  it("is stored as its hash only", async () => {
    const token = await make(newId("user"));
    expect(JSON.stringify(await directory.select().from(oneTimeTokens))).not.toContain(token);
  });

  it.each([
    { what: "nothing", token: "" },
    { what: "a short text", token: "a" },
    { what: "one of the right form", token: "a".repeat(43) },
    { what: "other letters", token: "ñ".repeat(43) },
    { what: "a long text", token: "a".repeat(10_000) },
  ])("is refused when nobody made it: $what", async ({ token }) => {
    await expect(find(token)).rejects.toMatchObject(gone);
  });

  it("is good until its time is up, and not a moment longer", async () => {
    const token = await make(newId("user"));
    now = start + lifeMs - 1;
    await expect(find(token)).resolves.toBeDefined();
    now = start + lifeMs;
    await expect(find(token)).rejects.toMatchObject(gone);
    await expect(use(token)).rejects.toMatchObject({ code: "conflict" });
  });

  it("serves no other purpose", async () => {
    await expect(find(await make(newId("user")), "verify-email")).rejects.toMatchObject(gone);
  });

  it("works once", async () => {
    const token = await make(newId("user"));
    await use(token);
    await expect(find(token)).rejects.toMatchObject(gone);
    await expect(use(token)).rejects.toMatchObject({ code: "conflict" });
  });

  it("works once, however many use it at the same time", async () => {
    const token = await make(newId("user"));
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => use(token)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

describe("tokens of one subject and purpose", () => {
  it("are all good until one is used, which ends the others", async () => {
    const user = newId("user");
    const tokens = [await make(user), await make(user), await make(user)];
    for (const token of tokens) await expect(find(token)).resolves.toBeDefined();
    await use(tokens[1] ?? "");
    for (const token of tokens) await expect(find(token)).rejects.toMatchObject(gone);
  });

  it("let one of them win when two are used at once", async () => {
    const user = newId("user");
    const outcomes = await Promise.allSettled([await make(user), await make(user)].map(use));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  it.each(["no time later", "by a clock that is behind"])("leave room for the next, which is made %s", async (when) => {
    const user = newId("user");
    await use(await make(user));
    if (when !== "no time later") now = start - 5;
    const next = await make(user);
    await expect(find(next)).resolves.toBeDefined();
    await use(next);
    await expect(find(next)).rejects.toMatchObject(gone);
  });

  it("end neither those of other people nor those for something else", async () => {
    const user = newId("user");
    const others = await make(newId("user"));
    const forSomethingElse = await make(user, "verify-email");
    await use(await make(user));
    await expect(find(others)).resolves.toBeDefined();
    await expect(find(forSomethingElse, "verify-email")).resolves.toBeDefined();
  });

  it("end together when they are revoked", async () => {
    const user = newId("user");
    const tokens = [await make(user), await make(user)];
    const others = await make(newId("user"));
    await commit(directory, [revokeOneTimeTokens(ctx, "reset-password", user)]);
    for (const token of tokens) await expect(find(token)).rejects.toMatchObject(gone);
    await expect(find(others)).resolves.toBeDefined();
    await expect(find(await make(user))).resolves.toBeDefined();
  });
});

it("is found, and its use is checked, without reading the tokens of others", async () => {
  const token = await make(newId("user"));
  const plan = await planOf((db) => findOneTimeToken({ ...ctx, directory: db }, "reset-password", token));
  expect(plan).toContain("one_time_tokens_subject");
  expect(plan).not.toContain("SCAN");
});
