import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EgressError, type EgressOptions, type EgressPolicy, type EgressResponse, egressFetch } from "../../../../../shared/platform/egress/index.ts";
import { AppError } from "../../../../../shared/platform/errors.ts";
import { readBody } from "../../../../helpers/unit/read-body.ts";

type Answer = (request: Request) => Response | Promise<Response>;

/** A small web: address → answer. It records what it was asked, and a request to an address it does not know fails as the network does. */
function createWeb(answers: Readonly<Record<string, Answer>>) {
  const asked: Request[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    asked.push(request);
    request.signal.throwIfAborted();
    const answer = answers[request.url];
    if (answer === undefined) throw new TypeError("internal error; reference = 0a1b2c");
    const aborted = new Promise<never>((_, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason)));
    return Promise.race([answer(request), aborted]);
  };
  return { fetch, asked, addresses: () => asked.map(({ method, url }) => `${method} ${url}`) };
}

const text =
  (body: string, status = 200): Answer =>
  () =>
    new Response(body, { status });

const redirect =
  (location: string, status = 302): Answer =>
  () =>
    new Response("moved", { status, headers: { location } });

/** A body of the given chunks; then it ends, or says nothing more. `cancelled` tells whether it was let go. */
function createBody(chunks: readonly string[], end: "ends" | "hangs" = "ends") {
  const left = chunks.map((chunk) => new TextEncoder().encode(chunk));
  const state = { cancelled: false, given: 0 };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = left.shift();
        if (chunk !== undefined) {
          state.given++;
          controller.enqueue(chunk);
        } else if (end === "ends") controller.close();
        else return new Promise<void>(() => {});
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, state };
}

const policy: EgressPolicy = { allow: [], allowLoopback: false };
const bounds: EgressOptions = { timeoutMs: 15_000, maxBytes: 1_000, maxRedirects: 5 };

function ask(url: string, web: ReturnType<typeof createWeb>, options: Partial<EgressOptions> = {}) {
  return egressFetch(url, { ...bounds, ...options }, { policy, now: Date.now, fetch: web.fetch });
}

async function read(body: EgressResponse["body"]): Promise<string> {
  return new TextDecoder().decode(await readBody(body));
}

/** What a promise that must fail fails with. */
async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable("it did not fail"),
    (error: unknown) => error,
  );
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  // Whatever happened in the test, nothing may be left that keeps an isolate awake.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe("an answer", () => {
  it("comes with its address, status, headers and body", async () => {
    const web = createWeb({ "https://example.com/a": () => new Response("hello", { status: 404, headers: { "x-kind": "test" } }) });
    const answer = await ask("https://example.com/a#part", web);
    expect(answer).toMatchObject({ url: "https://example.com/a", status: 404, hops: [], requests: 1 });
    expect(answer.headers.get("x-kind")).toBe("test");
    expect(await read(answer.body)).toBe("hello");
  });

  it("may have no body", async () => {
    const web = createWeb({ "https://example.com/": () => new Response(null, { status: 204 }) });
    const answer = await ask("https://example.com/", web);
    expect(answer).toMatchObject({ status: 204, body: null });
    expect(await read(answer.body)).toBe("");
  });

  it("says how long the last request waited for its headers, on the given clock", async () => {
    let now = 1_000;
    const taking =
      (ms: number, then: Answer): Answer =>
      (request) => {
        now += ms;
        return then(request);
      };
    const web = createWeb({ "https://example.com/": taking(500, redirect("/b")), "https://example.com/b": taking(70, text("b")) });
    const answer = await egressFetch("https://example.com/", bounds, { policy, now: () => now, fetch: web.fetch });
    expect(answer.ttfbMs).toBe(70);
    await answer.body?.cancel();
  });

  it("is asked for with the caller's method, headers and body", async () => {
    const web = createWeb({
      "https://example.com/": async (request) => new Response(`${request.method} ${await request.text()} ${request.headers.get("x-a")}`),
    });
    const answer = await ask("https://example.com/", web, { method: "put", body: "data", headers: () => ({ "x-a": "1" }) });
    expect(await read(answer.body)).toBe("PUT data 1");
  });
});

describe("redirects", () => {
  it("are followed to the end, each recorded with its absolute target", async () => {
    const web = createWeb({
      "http://example.com/": redirect("https://example.com/", 301),
      "https://example.com/": redirect("/a?b=1#c", 307),
      "https://example.com/a?b=1": redirect("//www.example.org/", 308),
      "https://www.example.org/": text("end"),
    });
    const answer = await ask("http://example.com/", web);
    expect(await read(answer.body)).toBe("end");
    expect(answer).toMatchObject({
      url: "https://www.example.org/",
      requests: 4,
      hops: [
        { url: "http://example.com/", status: 301, location: "https://example.com/" },
        { url: "https://example.com/", status: 307, location: "https://example.com/a?b=1" },
        { url: "https://example.com/a?b=1", status: 308, location: "https://www.example.org/" },
      ],
    });
  });

  it("let go of the bodies nobody reads", async () => {
    const { stream, state } = createBody(["moved"], "hangs");
    const web = createWeb({
      "https://example.com/": () => new Response(stream, { status: 302, headers: { location: "/b" } }),
      "https://example.com/b": text("b"),
    });
    await read((await ask("https://example.com/", web)).body);
    expect(state.cancelled).toBe(true);
  });

  it("are the answer when none may be followed", async () => {
    const web = createWeb({ "https://example.com/": redirect("http://10.0.0.1/") });
    const answer = await ask("https://example.com/", web, { maxRedirects: 0 });
    expect(answer).toMatchObject({ url: "https://example.com/", status: 302, requests: 1 });
    expect(answer.hops).toEqual([{ url: "https://example.com/", status: 302, location: "http://10.0.0.1/" }]);
    expect(await read(answer.body)).toBe("moved");
  });

  it.each(["http://", "https://exa mple.com/", "http://[::1", "http://example.com:99999/"])(
    "without a usable Location (%s) are the answer",
    async (location) => {
      const web = createWeb({ "https://example.com/": redirect(location) });
      const answer = await ask("https://example.com/", web);
      expect(answer.status).toBe(302);
      expect(answer.hops).toEqual([{ url: "https://example.com/", status: 302, location: null }]);
      expect(answer.headers.get("location")).toBe(location);
      await answer.body?.cancel();
    },
  );

  it.each([300, 304, 305, 306, 200, 201])("are not what status %i means, even with a Location", async (status) => {
    const web = createWeb({ "https://example.com/": () => new Response(null, { status, headers: { location: "/b" } }) });
    expect(await ask("https://example.com/", web)).toMatchObject({ status, hops: [], requests: 1 });
  });

  it("without a Location are plain answers", async () => {
    const web = createWeb({ "https://example.com/": () => new Response(null, { status: 302 }) });
    expect(await ask("https://example.com/", web)).toMatchObject({ status: 302, hops: [] });
  });

  it("may be as many as allowed", async () => {
    const web = createWeb({ "https://example.com/0": redirect("/1"), "https://example.com/1": redirect("/2"), "https://example.com/2": text("end") });
    expect(await read((await ask("https://example.com/0", web, { maxRedirects: 2 })).body)).toBe("end");
  });

  it("may not be more than allowed", async () => {
    const web = createWeb({ "https://example.com/0": redirect("/1"), "https://example.com/1": redirect("/2"), "https://example.com/2": redirect("/3") });
    const error = await failureOf(ask("https://example.com/0", web, { maxRedirects: 2 }));
    expect(error).toBeInstanceOf(EgressError);
    expect(error).toMatchObject({ code: "too_many_redirects", retryable: false, message: "example.com redirected more than 2 times." });
    expect(error).toHaveProperty("hops.length", 3);
    expect(web.asked).toHaveLength(3);
  });

  it.each([
    { outcome: "to itself", first: "https://example.com/", answers: { "https://example.com/": redirect("https://example.com/#again") }, requests: 1 },
    {
      outcome: "between two addresses",
      first: "https://example.com/",
      answers: { "https://example.com/": redirect("/b"), "https://example.com/b": redirect("/") },
      requests: 2,
    },
  ])("$outcome end at the first repetition", async ({ first, answers, requests }) => {
    const web = createWeb(answers);
    const error = await failureOf(ask(first, web, { maxRedirects: 20 }));
    expect(error).toMatchObject({ code: "too_many_redirects", message: "The redirects of example.com lead back to https://example.com/." });
    expect(error).toHaveProperty("hops.length", requests);
    expect(web.asked).toHaveLength(requests);
  });

  it("from a form to itself are no loop: POST becomes GET", async () => {
    const web = createWeb({ "https://example.com/": (request) => (request.method === "POST" ? redirect("/", 303)(request) : new Response("done")) });
    expect(await read((await ask("https://example.com/", web, { method: "POST", body: "a" })).body)).toBe("done");
  });

  it.each([
    { status: 301, method: "POST", next: "GET " },
    { status: 302, method: "POST", next: "GET " },
    { status: 303, method: "POST", next: "GET " },
    { status: 307, method: "POST", next: "POST data" },
    { status: 308, method: "POST", next: "POST data" },
    { status: 301, method: "PUT", next: "PUT data" },
    { status: 302, method: "PUT", next: "PUT data" },
    { status: 303, method: "PUT", next: "GET " },
  ])("with $status turn a $method into '$next'", async ({ status, method, next }) => {
    const web = createWeb({
      "https://example.com/": redirect("/b", status),
      "https://example.com/b": async (request) => new Response(`${request.method} ${await request.text()}`),
    });
    expect(await read((await ask("https://example.com/", web, { method, body: "data" })).body)).toBe(next);
  });

  it("keep HEAD a HEAD after 303", async () => {
    const web = createWeb({ "https://example.com/": redirect("/b", 303), "https://example.com/b": () => new Response(null) });
    await ask("https://example.com/", web, { method: "HEAD" });
    expect(web.addresses()).toEqual(["HEAD https://example.com/", "HEAD https://example.com/b"]);
  });
});

describe("the policy", () => {
  it("refuses before anything is sent", async () => {
    const web = createWeb({});
    const error = await failureOf(ask("http://169.254.169.254/latest", web));
    expect(error).toBeInstanceOf(EgressError);
    expect(error).toMatchObject({ code: "egress_refused", hops: [] });
    expect(web.asked).toHaveLength(0);
  });

  it.each([
    "http://127.0.0.1/",
    "http://127.0.0.1:8099/admin",
    "http://0x7f.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:10.0.0.1]/",
    "http://localhost./",
    "//metadata.google.internal/",
    "http://10.0.0.1.nip.io/",
    "http://example.com:22/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://user:word@example.com/",
  ])("refuses a redirect to %s, and nothing is sent there", async (location) => {
    const web = createWeb({ "https://example.com/": redirect("/b"), "https://example.com/b": redirect(location) });
    const error = await failureOf(ask("https://example.com/", web));
    expect(error).toBeInstanceOf(EgressError);
    expect(error).toMatchObject({ code: "egress_refused", retryable: false });
    expect(error).toHaveProperty("hops.length", 2);
    expect(web.addresses()).toEqual(["GET https://example.com/", "GET https://example.com/b"]);
  });

  it("admits a redirect to an allowed host:port only", async () => {
    const web = createWeb({ "https://example.com/": redirect("http://127.0.0.1:8099/"), "http://127.0.0.1:8099/": redirect("http://127.0.0.1:8100/") });
    const deps = { policy: { allow: ["127.0.0.1:8099"], allowLoopback: false }, now: Date.now, fetch: web.fetch };
    expect(await failureOf(egressFetch("https://example.com/", bounds, deps))).toMatchObject({ code: "egress_refused" });
    expect(web.asked).toHaveLength(2);
  });
});

describe("headers", () => {
  it("are asked for before every request, so that credentials stay with their host", async () => {
    const web = createWeb({
      "https://example.com/": redirect("https://www.example.com/"),
      "https://www.example.com/": redirect("https://example.com/in"),
      "https://example.com/in": text("in"),
    });
    const headers = (url: URL): HeadersInit => (url.host === "example.com" ? { authorization: "Bearer t" } : {});
    await read((await ask("https://example.com/", web, { headers })).body);
    expect(web.asked.map((request) => request.headers.get("authorization"))).toEqual(["Bearer t", null, "Bearer t"]);
  });

  it("that cannot be sent are the caller's mistake, not an unreachable host", async () => {
    const error = await failureOf(ask("https://example.com/", createWeb({}), { headers: () => ({ "not a name": "1" }) }));
    expect(error).toBeInstanceOf(TypeError);
  });
});

describe("a host that cannot be reached", () => {
  it.each([
    { runtime: "workerd, no such name", failure: new Error("internal error; reference = 1a2b3c") },
    { runtime: "workerd, refused", failure: new Error("Network connection lost.") },
    { runtime: "Node, refused", failure: new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:1") }) },
  ])("is named ($runtime)", async ({ failure }) => {
    const web = createWeb({ "http://no-such.example/": () => Promise.reject(failure) });
    const error = await failureOf(ask("http://no-such.example/", web));
    expect(error).toBeInstanceOf(EgressError);
    expect(error).toMatchObject({
      code: "host_unreachable",
      retryable: true,
      message: "The host no-such.example could not be found or did not answer.",
      cause: failure,
    });
  });

  it("may just as well have no valid certificate", async () => {
    const error = await failureOf(ask("https://no-such.example/", createWeb({})));
    expect(error).toMatchObject({ message: "The host no-such.example could not be found or did not answer over a valid HTTPS connection." });
  });

  it("is recognised by the status that Cloudflare answers with in production", async () => {
    const { stream, state } = createBody(["error code: 1016"]);
    const web = createWeb({ "https://no-such.example/": () => new Response(stream, { status: 530 }) });
    expect(await failureOf(ask("https://no-such.example/", web))).toMatchObject({ code: "host_unreachable" });
    expect(state.cancelled).toBe(true);
  });

  it("behind a redirect comes with the way there", async () => {
    const web = createWeb({ "https://example.com/": redirect("https://no-such.example/") });
    expect(await failureOf(ask("https://example.com/", web))).toMatchObject({
      code: "host_unreachable",
      message: expect.stringContaining("no-such.example"),
      hops: [{ url: "https://example.com/", status: 302, location: "https://no-such.example/" }],
    });
  });

  it("may be lost in the middle of its answer", async () => {
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(10)),
      pull: (controller) => controller.error(new Error("Network connection lost.")),
    });
    const answer = await ask("https://example.com/", createWeb({ "https://example.com/": () => new Response(broken) }));
    expect(await failureOf(read(answer.body))).toMatchObject({
      code: "host_unreachable",
      message: "The connection to example.com was lost before its answer was complete.",
    });
  });
});

describe("the deadline", () => {
  it("ends a wait for headers", async () => {
    const web = createWeb({ "https://example.com/": () => new Promise<Response>(() => {}) });
    const failure = failureOf(ask("https://example.com/", web));
    await vi.advanceTimersByTimeAsync(15_000);
    const error = await failure;
    expect(error).toBeInstanceOf(EgressError);
    expect(error).toMatchObject({ code: "upstream_timeout", retryable: true, message: "example.com did not answer completely within 15 s." });
  });

  it("ends a wait for a body that never comes, while its reader waits", async () => {
    const { stream, state } = createBody([], "hangs");
    const answer = await ask("https://example.com/", createWeb({ "https://example.com/": () => new Response(stream) }));
    const failure = failureOf(read(answer.body));
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await failure).toMatchObject({ code: "upstream_timeout" });
    expect(state.cancelled).toBe(true);
  });

  it("ends a body that drips", async () => {
    const dripping = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        controller.enqueue(new Uint8Array(1));
      },
    });
    const answer = await ask("https://example.com/", createWeb({ "https://example.com/": () => new Response(dripping) }));
    const failure = failureOf(read(answer.body));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await failure).toMatchObject({ code: "upstream_timeout" });
  });

  it("frees the connection of a body that nobody reads", async () => {
    const { stream, state } = createBody(["a"], "hangs");
    const answer = await ask("https://example.com/", createWeb({ "https://example.com/": () => new Response(stream) }));
    await vi.advanceTimersByTimeAsync(15_000);
    expect(state.cancelled).toBe(true);
    expect(await failureOf(read(answer.body))).toMatchObject({ code: "upstream_timeout" });
  });

  it("counts redirects in", async () => {
    const slowly =
      (answer: Answer): Answer =>
      (request) =>
        new Promise((resolve) => setTimeout(() => resolve(answer(request)), 6_000));
    const web = createWeb({
      "https://example.com/": slowly(redirect("/b")),
      "https://example.com/b": slowly(redirect("/c")),
      "https://example.com/c": text("never asked in time"),
    });
    const failure = failureOf(ask("https://example.com/", web, { timeoutMs: 10_000 }));
    await vi.advanceTimersByTimeAsync(12_000);
    const error = await failure;
    expect(error).toMatchObject({ code: "upstream_timeout" });
    expect(error).toHaveProperty("hops.length", 1);
  });

  it("does not touch a body that was read in time", async () => {
    const answer = await ask("https://example.com/", createWeb({ "https://example.com/": text("quick") }));
    expect(await read(answer.body)).toBe("quick");
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the size limit", () => {
  it.each([
    { outcome: "a body of exactly the limit passes", chunks: ["a".repeat(600), "b".repeat(400)] },
    { outcome: "an empty body passes", chunks: [] },
  ])("$outcome", async ({ chunks }) => {
    const answer = await ask("https://example.com/", createWeb({ "https://example.com/": () => new Response(createBody(chunks).stream) }));
    expect(await read(answer.body)).toBe(chunks.join(""));
  });

  it("stops an endless body where it passes the limit", async () => {
    const { stream, state } = createBody(Array<string>(1_000).fill("a".repeat(100)));
    const answer = await ask("https://example.com/", createWeb({ "https://example.com/": () => new Response(stream) }));
    const error = await failureOf(read(answer.body));
    expect(error).toBeInstanceOf(EgressError);
    expect(error).toMatchObject({ code: "upstream_too_large", retryable: false, message: "The answer of example.com is longer than 1,000 bytes." });
    expect(state).toEqual({ cancelled: true, given: 11 });
  });

  it("hands over what came before it", async () => {
    const { stream } = createBody(["a".repeat(900), "b".repeat(900)]);
    const answer = await ask("https://example.com/", createWeb({ "https://example.com/": () => new Response(stream) }));
    expect(await answer.body?.read()).toHaveLength(900);
    await expect(answer.body?.read()).rejects.toMatchObject({ code: "upstream_too_large" });
    await expect(answer.body?.read()).rejects.toMatchObject({ code: "upstream_too_large" });
  });

  it("is the same as a stream, limit and all", async () => {
    const web = createWeb({ "https://example.com/": () => new Response(createBody(["a".repeat(400), "b".repeat(400)]).stream) });
    expect(await new Response((await ask("https://example.com/", web)).body?.stream()).text()).toHaveLength(800);
    const tooLong = createWeb({ "https://example.com/": () => new Response(createBody(["a".repeat(900), "b".repeat(900)]).stream) });
    const reader = (await ask("https://example.com/", tooLong)).body?.stream().getReader();
    expect((await reader?.read())?.value).toHaveLength(900);
    await expect(reader?.read()).rejects.toMatchObject({ code: "upstream_too_large" });
  });

  it("ends the read that waits when it is cancelled", async () => {
    const silent = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) });
    const { body } = await ask("https://example.com/", createWeb({ "https://example.com/": () => new Response(silent) }));
    const reading = body?.read();
    await body?.cancel();
    expect(await reading).toBe(null);
  });

  it.each(["a loop over it", "a stream of it"])("is cancelled with %s that is left", async (way) => {
    const { stream, state } = createBody(["a", "b", "c"]);
    const { body } = await ask("https://example.com/", createWeb({ "https://example.com/": () => new Response(stream) }));
    if (way === "a stream of it") await body?.stream().cancel();
    else for await (const _ of body ?? []) break;
    expect(state.cancelled).toBe(true);
    expect(await body?.read()).toBe(null);
  });

  it("reads nothing before it is asked to", async () => {
    const { stream, state } = createBody(["a", "b", "c"]);
    const answer = await ask("https://example.com/", createWeb({ "https://example.com/": () => new Response(stream) }));
    await vi.advanceTimersByTimeAsync(100);
    expect(state.given).toBe(0);
    await answer.body?.cancel();
  });
});

describe("a caller", () => {
  it("who gave up before the start sends nothing", async () => {
    const web = createWeb({ "https://example.com/": text("a") });
    const reason = new Error("not needed any more");
    expect(await failureOf(ask("https://example.com/", web, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(web.asked).toHaveLength(0);
  });

  it("who gives up while waiting gets their own reason back", async () => {
    const caller = new AbortController();
    const failure = failureOf(
      ask("https://example.com/", createWeb({ "https://example.com/": () => new Promise<Response>(() => {}) }), { signal: caller.signal }),
    );
    const reason = new AppError("gone", "The audit was cancelled.");
    caller.abort(reason);
    expect(await failure).toBe(reason);
  });

  it("who gives up while reading gets their own reason back, and the connection is freed", async () => {
    const caller = new AbortController();
    const { stream, state } = createBody(["a"], "hangs");
    const answer = await ask("https://example.com/", createWeb({ "https://example.com/": () => new Response(stream) }), { signal: caller.signal });
    const failure = failureOf(read(answer.body));
    const reason = new Error("cancelled");
    caller.abort(reason);
    expect(await failure).toBe(reason);
    expect(state.cancelled).toBe(true);
  });

  it("who cancels the body ends the exchange", async () => {
    const { stream, state } = createBody(["a"], "hangs");
    const answer = await ask("https://example.com/", createWeb({ "https://example.com/": () => new Response(stream) }));
    await answer.body?.cancel();
    expect(state.cancelled).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
