import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { newApiKey, newId, parseApiKey } from "../../../../shared/platform/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";

const Versioned = z.object({ version: z.number(), name: z.string() });

let workspace: SeededWorkspace;
let key = "";
beforeEach(async () => {
  workspace = await seedWorkspace();
  key = await seedKey(workspace);
});

const read = (path: string) => call("GET", path, { key });
const edit = (path: string, name: string, ifMatch?: string) =>
  call("PATCH", path, { key, body: { name }, headers: ifMatch === undefined ? {} : { "If-Match": ifMatch } });

async function newProject(): Promise<string> {
  const { id } = z.object({ id: z.string() }).parse(await (await call("POST", "/api/v1/projects", { key, body: { name: "Shop" } })).json());
  return `/api/v1/projects/${id}`;
}

const things = [
  { thing: "a project", make: newProject, unknown: () => `/api/v1/projects/${newId("project")}` },
  {
    thing: "a key",
    make: async () => `/api/v1/keys/${parseApiKey(await seedKey(workspace, { scopes: ["audits:read"] }))?.prefix}`,
    unknown: () => `/api/v1/keys/${newApiKey("test").prefix}`,
  },
  { thing: "a workspace", make: async () => "/api/v1/workspace", unknown: undefined },
];

describe.each(things)("$thing", ({ make, unknown }) => {
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
    expect((await edit(unknown?.() ?? "", "Mine", '"1"')).status).toBe(404);
  });
});
