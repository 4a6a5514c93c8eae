import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ApiClient, type ClientOptions, createClient, createVisitor } from "../../../client/index.ts";
import { sampleReport } from "../../helpers/sample-report.ts";

const { audit } = sampleReport;
const begin = 1_800_000_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: begin });
});
afterEach(() => {
  vi.useRealTimers();
});

const refusal = (status: number, retryAfter?: string) => () =>
  Response.json({ code: `code_${status}`, detail: "Not now." }, { status, headers: retryAfter === undefined ? {} : { "Retry-After": retryAfter } });
const success = () => Response.json(audit, { status: 202 });

interface Asked {
  readonly afterMs: number;
  readonly method: string;
  readonly body: unknown;
  readonly idempotencyKey: string | null;
}

/** A server that gives one answer after the other, the last one forever, and keeps what it was asked. */
function server(...answers: (() => Response)[]) {
  const asked: Asked[] = [];
  const options = {
    baseUrl: "https://mentha.example",
    fetch: async (_url: string, { method = "GET", body, headers }: RequestInit): Promise<Response> => {
      asked.push({ afterMs: Date.now() - begin, method, body, idempotencyKey: new Headers(headers).get("Idempotency-Key") });
      const answer = answers[Math.min(asked.length, answers.length) - 1];
      if (answer === undefined) throw new Error("Nobody expected a request.");
      return answer();
    },
  };
  return { asked, options, client: createClient({ ...options, key: "mk_test_1" }) };
}

/** What a call ends with once all waits are over: "done", or the status that it was refused with. */
async function endOf(call: Promise<unknown>): Promise<unknown> {
  const end = call.then(
    () => "done",
    (thrown: unknown) => (thrown instanceof Error && "status" in thrown ? thrown.status : thrown),
  );
  await vi.runAllTimersAsync();
  return end;
}

const read = (client: ApiClient) => client.getAudit(audit.id);
const make = (client: ApiClient) => client.createAudit({ url: "https://shop.example" });
const edit = (client: ApiClient) => client.updateProject("prj_x", { name: "Shop" });
const cancel = (client: ApiClient) => client.cancelAudit(audit.id);

describe("a request that the server wants later", () => {
  it.each([
    { what: "a read, too often", status: 429, call: read },
    { what: "a read, while something is away", status: 503, call: read },
    { what: "what makes something, too often", status: 429, call: make },
    { what: "what makes something, while something is away", status: 503, call: make },
    { what: "what makes something and is being made", status: 409, call: make },
  ])("is sent again after the time that it says: $what", async ({ status, call }) => {
    const { asked, client } = server(refusal(status, "12"), success);
    expect(await endOf(call(client))).toBe("done");
    expect(asked.map(({ afterMs }) => afterMs)).toEqual([0, 12_000]);
    expect(new Set(asked.map(({ method, body, idempotencyKey }) => JSON.stringify([method, body, idempotencyKey]))).size).toBe(1);
  });

  it.each([
    { what: "an edit", status: 429, after: "1", call: edit },
    { what: "a change that makes nothing", status: 503, after: "1", call: cancel },
    { what: "a read without a time to wait", status: 429, after: undefined, call: read },
    { what: "a read for longer than is waited", status: 429, after: "31", call: read },
    { what: "a read that fails otherwise", status: 500, after: "1", call: read },
    { what: "a read that conflicts", status: 409, after: "1", call: read },
    { what: "what makes something and conflicts", status: 409, after: undefined, call: make },
  ])("is given up at once: $what", async ({ status, after, call }) => {
    const { asked, client } = server(refusal(status, after), success);
    expect(await endOf(call(client))).toBe(status);
    expect(asked).toHaveLength(1);
  });

  it("is waited for no longer than half a minute in all", async () => {
    const { asked, client } = server(refusal(429, "14"));
    expect(await endOf(read(client))).toBe(429);
    expect(asked.map(({ afterMs }) => afterMs)).toEqual([0, 14_000, 28_000]);
  });

  it("is told of before each wait, and not once it is given up", async () => {
    const { options } = server(refusal(429, "14"));
    const told: unknown[] = [];
    const onWait: ClientOptions["onWait"] = ({ status, retryAfterMs }) => void told.push([Date.now() - begin, status, retryAfterMs]);
    expect(await endOf(createClient({ ...options, key: "mk_test_1", onWait }).getMe())).toBe(429);
    expect(told).toEqual([
      [0, 429, 14_000],
      [14_000, 429, 14_000],
    ]);
  });

  it("is sent four times at most", async () => {
    const { asked, client } = server(refusal(503, "0"));
    expect(await endOf(read(client))).toBe(503);
    expect(asked).toHaveLength(4);
  });

  it.each([
    { patienceMs: 0, tries: 1 },
    { patienceMs: 90_000, tries: 2 },
  ])("is waited for as long as the client is told: $patienceMs ms", async ({ patienceMs, tries }) => {
    const { asked, options } = server(refusal(429, "60"));
    expect(await endOf(createClient({ ...options, key: "mk_test_1", patienceMs }).getMe())).toBe(429);
    expect(asked).toHaveLength(tries);
  });

  it("is waited for no more once its reader has enough", async () => {
    const { asked, client } = server(refusal(429, "20"));
    const stop = new AbortController();
    const end = endOf(client.report(audit.id, "json", "en", stop.signal));
    stop.abort("enough");
    expect([await end, asked.length]).toEqual(["enough", 1]);
  });

  it("is not sent again with a password in it", async () => {
    const { asked, options } = server(refusal(429, "1"));
    expect(await endOf(createVisitor(options).signIn({ email: "ada@example.com", password: "p" }))).toBe(429);
    expect(asked).toHaveLength(1);
  });
});

describe("what makes something", () => {
  it("is another thing with each call", async () => {
    const { asked, client } = server(success);
    await make(client);
    await make(client);
    const [one, another] = asked.map(({ idempotencyKey }) => idempotencyKey);
    expect(one).toMatch(/^[\da-f-]{36}$/);
    expect(another).not.toBe(one);
  });
});

describe("an edit, and a deletion", () => {
  it.each([
    { options: { ifVersion: 7 }, header: '"7"' },
    { options: {}, header: null },
    { options: undefined, header: null },
  ])("names the version that it is about, if one is given: $options", async ({ options, header }) => {
    const named: (string | null)[] = [];
    const client = createClient({
      baseUrl: "https://mentha.example",
      key: "mk_test_1",
      fetch: async (_, { headers }) => {
        named.push(new Headers(headers).get("If-Match"));
        return Response.json({ code: "precondition_failed" }, { status: 412 });
      },
    });
    const calls = [
      () => client.updateProject("x", {}, options),
      () => client.updateKey("x", {}, options),
      () => client.updateWorkspace({}, options),
      () => client.deleteProject("x", options),
      () => client.revokeKey("x", options),
      () => client.deleteWorkspace({ name: "x" }, options),
      () => client.deleteWorkspaceById("x", options),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({ code: "precondition_failed", status: 412 });
    }
    expect(named).toEqual(calls.map(() => header));
  });
});
