import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { app } from "../../../../workers/api/app.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { signInAs } from "../../../helpers/worker/people.ts";
import { addressOf, sampleRoutes } from "../../../helpers/worker/route-samples.ts";

// What `versioned` promises, of every route that is declared so: a new one is covered by being declared, if `name` is what it edits.

const Documented = z.object({
  method: z.string(),
  path: z.string(),
  parameters: z.array(z.object({ name: z.string() })),
  responses: z.record(z.string(), z.object({ headers: z.record(z.string(), z.unknown()).optional() })),
});
const documented = app.openAPIRegistry.definitions.flatMap((definition) => (definition.type === "route" ? [Documented.parse(definition.route)] : []));
const nameOf = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`;

/** Routes whose answer is one version of something, and those that take one: to edit it, or to end it. */
const answering = (status: string) => documented.filter(({ responses }) => Object.hasOwn(responses[status]?.headers ?? {}, "ETag"));
const versioned = answering("200");
const taking = documented.filter(({ parameters }) => parameters.some(({ name }) => name === "If-Match"));
const edits = taking.filter(({ method }) => method === "patch");
const ends = taking.filter(({ method }) => method === "delete");
const reads = versioned.filter(({ method }) => method === "get");

/** Edits of what has no version: two who edit it at once are told apart by what they saw of it. */
const unversioned: Readonly<Record<string, string>> = {
  "patch /api/v1/me": "nobody else edits one's own name and language",
  "patch /api/v1/members/{userId}": "a role is all there is to edit, and is compared",
  "patch /api/admin/workspaces/{id}": "one number is all that operators edit, and the log says what it was",
  "patch /api/v1/notifications/preferences": "nobody else edits one's own",
  "patch /api/v1/notifications/{id}": "nobody else reads one's own",
};

describe("the routes", () => {
  it("that edit are versioned, but for those that say why not", () => {
    const patches = documented.filter(({ method }) => method === "patch").map(nameOf);
    expect([...edits.map(nameOf), ...Object.keys(unversioned)].toSorted()).toEqual(patches.toSorted());
  });

  it("that edit a version have one that reads it, and answer with the next", () => {
    expect(edits.length).toBeGreaterThan(2);
    expect(reads.map(({ path }) => path).toSorted()).toEqual(edits.map(({ path }) => path).toSorted());
    expect(versioned.filter(({ method }) => method !== "get").map(nameOf)).toEqual(edits.map(nameOf));
  });

  it("say that they refuse who comes second exactly where they take a version", () => {
    expect(documented.filter(({ responses }) => responses["412"] !== undefined).map(nameOf)).toEqual(taking.map(nameOf));
    expect(edits.filter(({ responses }) => responses["409"] === undefined)).toEqual([]);
    expect(taking.map(nameOf).toSorted()).toEqual([...edits, ...ends].map(nameOf).toSorted());
  });

  it("that end what has a version take it", () => {
    const deletes = documented.filter(({ method, path }) => method === "delete" && reads.some((one) => one.path === path));
    expect(deletes.length).toBeGreaterThan(2);
    expect(ends.map(nameOf).toSorted()).toEqual([...deletes.map(nameOf), "delete /api/admin/workspaces/{id}"].toSorted());
  });

  it("that make what has a version say which", () => {
    const made = [
      "/api/admin/workspaces",
      "/api/v1/keys/generate",
      "/api/v1/keys/{prefix}/rotate",
      "/api/v1/projects",
      "/api/v1/schedules",
      "/api/v1/webhooks",
      "/api/v1/webhooks/{id}/rotate-secret",
    ];
    expect(answering("201").map(nameOf).toSorted()).toEqual(made.map((path) => `post ${path}`));
  });
});

const Versioned = z.object({ version: z.number(), name: z.string() });

let workspace: SeededWorkspace;
let key = "";
beforeEach(async () => {
  workspace = await seedWorkspace({ isOperator: true });
  key = await seedKey(workspace);
});

const read = (path: string) => call("GET", path, { key });
const edit = (path: string, name: string, ifMatch?: string) =>
  call("PATCH", path, { key, body: { name }, headers: ifMatch === undefined ? {} : { "If-Match": ifMatch } });

const things = sampleRoutes
  .filter((route) => edits.some((one) => nameOf(one) === route.name))
  .map((route) => ({
    route: route.name,
    make: async () => addressOf(route, await route.thing?.make(workspace)),
    unknown: route.thing && addressOf(route, route.thing.unknown()),
  }));

describe.each(things)("what $route edits", ({ make, unknown }) => {
  it("says its version in its ETag, and grows it with every edit", async () => {
    const path = await make();
    const seen: number[] = [];
    for (const answer of [await read(path), await edit(path, "One"), await edit(path, "Two"), await read(path)]) {
      const { version } = Versioned.parse(await answer.json());
      expect(answer.headers.get("ETag")).toBe(`"${version}"`);
      seen.push(version);
    }
    const [first = 0] = seen;
    expect(seen).toEqual([first, first + 1, first + 2, first + 2]);
  });

  it.each([
    { what: "the version that was read", tag: (etag: string) => etag },
    { what: "that version, weakened by a proxy", tag: (etag: string) => `W/${etag}` },
    { what: "any version", tag: () => "*" },
  ])("is edited by who names $what", async ({ tag }) => {
    const path = await make();
    const answer = await edit(path, "Mine", tag((await read(path)).headers.get("ETag") ?? ""));
    expect([answer.status, Versioned.parse(await answer.json()).name]).toEqual([200, "Mine"]);
  });

  it.each([
    { what: "a version that was edited since", tag: (etag: string) => etag },
    { what: "a version that is still to come", tag: (etag: string) => etag.replace(/\d+/, (version) => String(Number(version) + 2)) },
    { what: "a tag that is none of ours", tag: () => '"abc"' },
  ])("stays as it is for who names $what", async ({ tag }) => {
    const path = await make();
    const etag = (await read(path)).headers.get("ETag") ?? "";
    await edit(path, "Theirs");
    const before = await (await read(path)).json();
    const answer = await edit(path, "Mine", tag(etag));
    expect(Problem.parse(await answer.json())).toMatchObject({ status: 412, code: "precondition_failed" });
    expect(await (await read(path)).json()).toEqual(before);
  });

  it("is edited by one of many who read the same version", async () => {
    const path = await make();
    const etag = (await read(path)).headers.get("ETag") ?? "";
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => edit(path, `Name ${n}`, etag)));
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(["200", ...Array.from({ length: 7 }, () => "412")]);
  });

  it("is not edited by who names something that is no tag", async () => {
    const path = await make();
    const answer = await edit(path, "Mine", "1");
    expect(Problem.parse(await answer.json())).toMatchObject({ status: 422, errors: [{ path: "header.If-Match" }] });
  });

  it.runIf(unknown)("is not found before its version is looked at", async () => {
    expect((await edit(unknown ?? "", "Mine", '"1"')).status).toBe(404);
  });
});

/** Of somebody who signed in: no key may delete a workspace. */
const inPerson = async (): Promise<Record<string, string>> => ({
  Authorization: `Bearer ${(await signInAs(workspace.userId)).accessToken}`,
  "X-Workspace": workspace.id,
});

/** What stands at an address and how to edit it, as somebody else would; by its row where the address has neither GET nor PATCH. */
interface Kept {
  readonly state: () => Promise<unknown>;
  readonly touch: () => Promise<unknown>;
}
const keptAt = (path: string): Kept => ({ state: async () => (await read(path)).json(), touch: () => edit(path, "Theirs") });
const keptRow = (path: string): Kept => {
  const id = path.slice(path.lastIndexOf("/") + 1);
  const row = "SELECT version, (SELECT count(*) FROM members WHERE workspace_id = id) AS members FROM workspaces WHERE id = ?";
  return {
    state: () => env.DB.prepare(row).bind(id).first(),
    touch: () => env.DB.prepare("UPDATE workspaces SET version = version + 1 WHERE id = ?").bind(id).run(),
  };
};
const hasVersion = z.object({ version: z.number() });

const ending = sampleRoutes
  .filter((route) => ends.some((one) => nameOf(one) === route.name))
  .map((route) => ({
    route: route.name,
    begin: async () => {
      const path = addressOf(route, await route.thing?.make(workspace));
      const { state, touch } = (reads.some((one) => one.path === route.path) ? keptAt : keptRow)(path);
      const headers = await inPerson();
      const end = async (ifMatch?: string) => {
        const body = route.body === undefined ? {} : { body: { name: Versioned.parse(await state()).name } };
        return call("DELETE", path, { ...body, headers: ifMatch === undefined ? headers : { ...headers, "If-Match": ifMatch } });
      };
      return { state, touch, end, etag: `"${hasVersion.parse(await state()).version}"` };
    },
    endUnknown:
      route.thing && (async () => call("DELETE", addressOf(route, route.thing?.unknown()), { headers: { ...(await inPerson()), "If-Match": '"1"' } })),
  }));

describe.each(ending)("what $route ends", ({ begin, endUnknown }) => {
  it.each([
    { what: "the version that was read", tag: (etag: string) => etag },
    { what: "any version", tag: () => "*" },
    { what: "none", tag: () => undefined },
  ])("is ended by who names $what", async ({ tag }) => {
    const { end, etag } = await begin();
    expect((await end(tag(etag))).status).toBe(204);
  });

  it.each([
    { what: "a version that was edited since", tag: (etag: string) => etag },
    { what: "a version that is still to come", tag: (etag: string) => etag.replace(/\d+/, (version) => String(Number(version) + 2)) },
    { what: "a tag that is none of ours", tag: () => '"abc"' },
  ])("stays as it is for who names $what", async ({ tag }) => {
    const { state, touch, end, etag } = await begin();
    await touch();
    const before = await state();
    expect(Problem.parse(await (await end(tag(etag))).json())).toMatchObject({ status: 412, code: "precondition_failed" });
    expect(await state()).toEqual(before);
  });

  it("stays as it is for who names something that is no tag", async () => {
    const { state, end } = await begin();
    const before = await state();
    expect(Problem.parse(await (await end("1")).json())).toMatchObject({ status: 422, errors: [{ path: "header.If-Match" }] });
    expect(await state()).toEqual(before);
  });

  it.runIf(endUnknown)("is not found before its version is looked at", async () => {
    expect((await endUnknown?.())?.status).toBe(404);
  });
});

describe("what was just made", () => {
  const making = sampleRoutes.filter((route) => answering("201").some((one) => nameOf(one) === route.name));

  it.each(making)("says its version in its ETag, also when the answer is given again: $name", async (route) => {
    const path = addressOf(route, await route.thing?.make(workspace));
    const headers = { ...(await inPerson()), "Idempotency-Key": "made" };
    for (const replayed of [null, "true"]) {
      const answer = await call("POST", path, { headers, body: route.body });
      expect([answer.status, answer.headers.get("Idempotency-Replayed")]).toEqual([201, replayed]);
      expect(answer.headers.get("ETag")).toBe(`"${hasVersion.parse(await answer.json()).version}"`);
    }
  });
});
