import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { SignedIn, Tokens } from "../../../../shared/identity/index.ts";
import { app } from "../../../../workers/api/app.ts";
import { newAddress, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedPassword, signInAs } from "../../../helpers/worker/people.ts";

const password = "seven green lamps";
const secureName = "__Secure-mentha_refresh";

// A password takes a while to hash, which is what keeps guesses few.
vi.setConfig({ testTimeout: 60_000 });

let userId = "";
let email = "";
beforeAll(async () => {
  ({ userId } = await seedWorkspace());
  email = await seedPassword(userId, password);
});

/** The cookie of a new session, as a browser sends it. */
const newCookie = async (): Promise<string> => `${secureName}=${(await signInAs(userId)).refreshToken}`;

interface Place {
  readonly origin: string;
  readonly bindings?: Readonly<Record<string, string>>;
}
const production: Place = { origin: "https://mentha.test" };
const plain: Place = { origin: "http://localhost:8787", bindings: { ENVIRONMENT: "development", PUBLIC_URL: "http://localhost:8787" } };

/** A request to the Worker as it is configured at some place. */
async function post(path: string, body: unknown, headers: Record<string, string> = {}, { origin, bindings = {} }: Place = production): Promise<Response> {
  const context = createExecutionContext();
  const type = body === undefined ? {} : { "Content-Type": "application/json" };
  const request = new Request(`${origin}/api/v1/auth/${path}`, {
    method: "POST",
    headers: { ...type, "CF-Connecting-IP": newAddress(), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await app.fetch(request, { ...env, ...bindings }, context);
  await waitOnExecutionContext(context);
  return answer;
}

const login = (headers?: Record<string, string>, place?: Place) => post("login", { email, password, cookie: true }, headers, place);

/** Name, value and attributes of the one cookie that an answer sets. */
function cookieOf(answer: Response): { pair: string; attributes: string[] } {
  const [cookie = "", ...others] = answer.headers.getSetCookie();
  expect(others).toEqual([]);
  const [pair = "", ...attributes] = cookie.split("; ");
  return { pair, attributes };
}

describe("the cookie of a sign-in", () => {
  it("is for https, no script, no other site and one address, as long as the token; the answer does not have the token", async () => {
    const answer = await login();
    const { pair, attributes } = cookieOf(answer);
    expect(pair).toMatch(new RegExp(`^${secureName}=[\\w-]{43}$`));
    expect(attributes.toSorted()).toEqual([
      "HttpOnly",
      expect.stringMatching(/^Max-Age=(2592000|259199\d)$/),
      "Path=/api/v1/auth/refresh",
      "SameSite=Strict",
      "Secure",
    ]);
    expect(SignedIn.strict().parse(await answer.json())).not.toHaveProperty("refreshToken");
  });

  it("is kept over plain http in development, which has nothing else", async () => {
    const { pair, attributes } = cookieOf(await login({}, plain));
    expect(pair).toMatch(/^mentha_refresh=/);
    expect(attributes).not.toContain("Secure");
    const answer = await post("refresh", undefined, { Cookie: pair }, plain);
    expect([answer.status, cookieOf(answer).attributes.includes("Secure")]).toEqual([200, false]);
  });

  it("is for https alone over https in development", async () => {
    const { pair, attributes } = cookieOf(await login({}, { origin: "https://localhost:8787", bindings: { ENVIRONMENT: "development" } }));
    expect(pair.startsWith(secureName)).toBe(true);
    expect(attributes).toContain("Secure");
  });

  it("is not set over plain http in production, where nobody can sign in", async () => {
    const answer = await login({}, { origin: "http://mentha.test", bindings: { ENVIRONMENT: "production" } });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
  });

  it("is not set when nobody asks for it", async () => {
    const answer = await post("login", { email, password });
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await answer.json()).toHaveProperty("refreshToken");
  });
});

describe("refreshing with the cookie", () => {
  it("sets the next one, with or without a body, and the answer does not have the token", async () => {
    let pair = await newCookie();
    for (const body of [undefined, {}]) {
      const answer = await post("refresh", body, { Cookie: `other=1; ${pair}`, "Sec-Fetch-Site": "same-origin", Origin: "https://mentha.test" });
      expect(answer.status).toBe(200);
      expect(Tokens.strict().parse(await answer.json())).not.toHaveProperty("refreshToken");
      const next = cookieOf(answer);
      expect(next.pair).not.toBe(pair);
      expect(next.attributes).toContain("HttpOnly");
      pair = next.pair;
    }
  });

  it.each([
    { outcome: "of another site", headers: { "Sec-Fetch-Site": "cross-site" } },
    { outcome: "of another name of the same site", headers: { "Sec-Fetch-Site": "same-site" } },
    { outcome: "that hides where it is from", headers: { "Sec-Fetch-Site": "" } },
    { outcome: "of another origin", headers: { Origin: "https://attacker.test" } },
    { outcome: "of our host over http", headers: { Origin: "http://mentha.test" } },
    { outcome: "of another port", headers: { Origin: "https://mentha.test:8443" } },
    { outcome: "of no origin", headers: { Origin: "null" } },
    { outcome: "of another origin, whatever it says of its site", headers: { Origin: "https://attacker.test", "Sec-Fetch-Site": "same-origin" } },
  ])("is refused for a page $outcome, and the token stays good", async ({ headers }) => {
    const pair = await newCookie();
    const refused = await post("refresh", {}, { Cookie: pair, ...headers });
    expect(refused.status).toBe(403);
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect((await login(headers)).status).toBe(403);
    expect((await post("refresh", {}, { Cookie: pair, "Sec-Fetch-Site": "none" })).status).toBe(200);
  });

  it("does not take the cookie that anybody can set over http", async () => {
    const pair = await newCookie();
    expect((await post("refresh", {}, { Cookie: pair.replace(secureName, "mentha_refresh") })).status).toBe(401);
  });

  it("prefers the token in the body, which pages of other sites may send", async () => {
    const { refreshToken } = await signInAs(userId);
    const answer = await post("refresh", { refreshToken }, { Cookie: await newCookie(), Origin: "https://shop.test" });
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await answer.json()).toHaveProperty("refreshToken");
  });

  it("is refused for a cookie that is no token", async () => {
    expect((await post("refresh", {}, { Cookie: `${secureName}=%00'--` })).status).toBe(401);
  });
});

describe("signing out", () => {
  it.each(["logout", "logout-all"])("by %s makes the browser forget the cookie, which is good for nothing any more", async (path) => {
    const { accessToken, refreshToken } = await signInAs(userId);
    const out = await post(path, undefined, { Authorization: `Bearer ${accessToken}` });
    expect(out.status).toBe(204);
    const cleared = cookieOf(out);
    expect(cleared.pair).toBe(`${secureName}=`);
    expect(cleared.attributes.toSorted()).toEqual(["HttpOnly", "Max-Age=0", "Path=/api/v1/auth/refresh", "SameSite=Strict", "Secure"]);
    expect((await post("refresh", {}, { Cookie: `${secureName}=${refreshToken}` })).status).toBe(401);
  });
});
