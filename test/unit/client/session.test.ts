import { describe, expect, it, vi } from "vitest";
import { type ClientOptions, createClient, type SessionTokens } from "../../../client/index.ts";
import { sampleReport } from "../../helpers/sample-report.ts";

type SessionOptions = Extract<ClientOptions, { session: unknown }>["session"];

const { audit } = sampleReport;
const hourMs = 3_600_000;
const now = 1_800_000_000_000;
const tokens = (n: number, expiresAt = now + hourMs): SessionTokens => ({ accessToken: `access-${n}`, expiresAt, refreshToken: `refresh-${n}` });

interface World {
  /** The access token that the server takes. */
  readonly valid: string;
  /** Answers to exchanges of refresh tokens, in order. */
  readonly renewals?: readonly (SessionTokens | "refused")[];
  readonly session?: Partial<SessionOptions>;
  readonly workspace?: string;
  /** The first answer that is no exchange waits for it. */
  readonly holdFirst?: Promise<void>;
}

/** A client on a server that takes one access token; keeps what the server was asked, in order. */
function world({ valid, renewals = [], session, holdFirst, ...options }: World) {
  const asked: string[] = [];
  const left = [...renewals];
  const refused = (): Response => Response.json({ code: "unauthenticated", detail: "Not valid (any more)." }, { status: 401 });
  const client = createClient({
    baseUrl: "https://mentha.example",
    ...options,
    session: { tokens: tokens(1), onTokens: () => {}, now: () => now, ...session },
    fetch: async (url, init) => {
      const request = new Request(url, init);
      if (url.endsWith("/auth/refresh")) {
        asked.push(`refresh with ${await request.text()}, ${request.headers.get("Authorization")}`);
        const next = left.shift() ?? "refused";
        return next === "refused" ? refused() : Response.json(next);
      }
      const body = request.body === null ? "" : ` ${await request.text()}`;
      asked.push(`${request.method}${body} as ${request.headers.get("Authorization")} in ${request.headers.get("X-Workspace")}`);
      if (asked.length === 1) await holdFirst;
      return request.headers.get("Authorization") === `Bearer ${valid}` ? Response.json(audit) : refused();
    },
  });
  return { client, asked };
}

const refreshed = (n: number): string => `refresh with {"refreshToken":"refresh-${n}"}, null`;
const gotAs = (n: number): string => `GET as Bearer access-${n} in null`;

describe("a client with a session", () => {
  it("asks with its access token while that is good, in the workspace that was named", async () => {
    const { client, asked } = world({ valid: "access-1", workspace: "wsp_1" });
    await expect(client.getAudit(audit.id)).resolves.toEqual(audit);
    expect(asked).toEqual(["GET as Bearer access-1 in wsp_1"]);
  });

  it.each([
    { left: "a minute and more", ms: 60_000, renewals: 0 },
    { left: "less than a minute", ms: 59_999, renewals: 1 },
    { left: "nothing", ms: -1, renewals: 1 },
  ])("renews an access token with $left left $renewals times before it asks", async ({ ms, renewals }) => {
    const { client, asked } = world({ valid: `access-${1 + renewals}`, renewals: [tokens(2)], session: { tokens: tokens(1, now + ms) } });
    await client.getAudit(audit.id);
    expect(asked).toEqual(renewals === 0 ? [gotAs(1)] : [refreshed(1), gotAs(2)]);
  });

  it("renews a token that the server refuses, once, and asks again with the same body", async () => {
    const { client, asked } = world({ valid: "access-2", renewals: [tokens(2)] });
    await client.createAudit({ url: "https://shop.example" });
    const posted = (n: number): string => `POST {"url":"https://shop.example"} as Bearer access-${n} in null`;
    expect(asked).toEqual([posted(1), refreshed(1), posted(2)]);
  });

  it("does not go on renewing when the new token is refused too", async () => {
    const { client, asked } = world({ valid: "none", renewals: [tokens(2), tokens(3)] });
    await expect(client.getAudit(audit.id)).rejects.toMatchObject({ name: "ApiProblem", status: 401 });
    expect(asked).toEqual([gotAs(1), refreshed(1), gotAs(2)]);
  });

  it("renews once for all calls that are made at the same time, and keeps what it got for later ones", async () => {
    const { client, asked } = world({ valid: "access-2", renewals: [tokens(2), tokens(3)] });
    await Promise.all(Array.from({ length: 20 }, () => client.getAudit(audit.id)));
    await client.getAudit(audit.id);
    expect(asked.filter((line) => line.startsWith("refresh"))).toEqual([refreshed(1)]);
    expect(asked.at(-1)).toBe(gotAs(2));
  });

  it("renews once for calls that find the token about to end at the same time", async () => {
    const { client, asked } = world({ valid: "access-2", renewals: [tokens(2), tokens(3)], session: { tokens: tokens(1, now) } });
    await Promise.all(Array.from({ length: 20 }, () => client.getAudit(audit.id)));
    expect(asked.filter((line) => line.startsWith("refresh"))).toEqual([refreshed(1)]);
  });

  it("does not renew again for a refusal that comes after others renewed", async () => {
    const release = Promise.withResolvers<void>();
    const { client, asked } = world({ valid: "access-2", renewals: [tokens(2), tokens(3)], holdFirst: release.promise });
    const slow = client.getAudit(audit.id);
    await client.getAudit(audit.id);
    release.resolve();
    await slow;
    expect(asked).toEqual([gotAs(1), gotAs(1), refreshed(1), gotAs(2), gotAs(2)]);
  });

  it("renews the second time with the token that it got the first time", async () => {
    const { client, asked } = world({ valid: "access-3", renewals: [tokens(2, now), tokens(3)], session: { tokens: tokens(1, now) } });
    await client.getAudit(audit.id).catch(() => undefined);
    await client.getAudit(audit.id);
    expect(asked.filter((line) => line.startsWith("refresh"))).toEqual([refreshed(1), refreshed(2)]);
  });

  it("tells of new tokens before it uses them", async () => {
    const seen: string[] = [];
    const { client, asked } = world({
      valid: "access-2",
      renewals: [tokens(2)],
      session: { tokens: tokens(1, now), onTokens: async (fresh) => void seen.push(`${fresh.refreshToken} after ${asked.length} requests`) },
    });
    await client.getAudit(audit.id);
    expect(seen).toEqual(["refresh-2 after 1 requests"]);
  });

  it("uses no token that could not be kept", async () => {
    const onTokens = vi.fn().mockRejectedValue(new Error("The disk is full."));
    const { client, asked } = world({ valid: "access-2", renewals: [tokens(2)], session: { tokens: tokens(1, now), onTokens } });
    await expect(client.getAudit(audit.id)).rejects.toThrow("The disk is full.");
    expect(asked).toEqual([refreshed(1)]);
  });

  it("is over when its refresh token is refused", async () => {
    const { client } = world({ valid: "none", renewals: ["refused"] });
    await expect(client.getAudit(audit.id)).rejects.toMatchObject({ name: "SessionEnded", message: "Not valid (any more)." });
  });

  it("tries again after a renewal that failed for another reason", async () => {
    const inTurn = vi.fn<NonNullable<SessionOptions["inTurn"]>>(async (renew) => renew(tokens(1))).mockRejectedValueOnce(new Error("Busy."));
    const { client } = world({ valid: "access-2", renewals: [tokens(2)], session: { inTurn } });
    await expect(client.getAudit(audit.id)).rejects.toThrow("Busy.");
    await expect(client.getAudit(audit.id)).resolves.toEqual(audit);
  });
});

describe("a session that is shared", () => {
  it("takes what somebody else renewed meanwhile", async () => {
    const { client, asked } = world({ valid: "access-7", session: { inTurn: (renew) => renew(tokens(7)) } });
    await expect(client.getAudit(audit.id)).resolves.toEqual(audit);
    expect(asked).toEqual([gotAs(1), gotAs(7)]);
  });

  it.each([
    { kept: "the same tokens", of: tokens(1), by: refreshed(1) },
    { kept: "newer ones that are about to end", of: tokens(7, now), by: refreshed(7) },
  ])("renews what is kept when that is $kept", async ({ of, by }) => {
    const { client, asked } = world({ valid: "access-8", renewals: [tokens(8)], session: { inTurn: (renew) => renew(of) } });
    await client.getAudit(audit.id);
    expect(asked).toEqual([gotAs(1), by, gotAs(8)]);
  });
});
