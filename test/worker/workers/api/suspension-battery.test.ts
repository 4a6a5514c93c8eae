import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { users, workspaces } from "../../../../shared/db/schema/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { signInAs } from "../../../helpers/worker/people.ts";
import { addressOf, type SampleRoute, sampleRoutes, signedInOnly } from "../../../helpers/worker/route-samples.ts";

// Every declared route against a person and a workspace that are suspended. A new route is covered by being declared.

const db = directoryDatabase(env);
const closed = sampleRoutes.filter(({ permission }) => permission !== "public" && permission !== "visitor");
const ofWorkspaces = closed.filter(({ permission }) => permission !== "person" && permission !== "caller");
const forKeys = closed.filter(({ permission, name }) => permission !== "person" && !signedInOnly.includes(name));

interface Suspended {
  readonly workspace: SeededWorkspace;
  readonly token: string;
  readonly key: string;
}
let person: Suspended;
let workspace: Suspended;

/** An operator, who may call everything, with their session and key. */
async function seedSuspended(): Promise<Suspended> {
  const seeded = await seedWorkspace({ isOperator: true });
  return { workspace: seeded, token: (await signInAs(seeded.userId)).accessToken, key: await seedKey(seeded) };
}

beforeAll(async () => {
  person = await seedSuspended();
  workspace = await seedSuspended();
  await db.update(users).set({ suspendedAt: Date.now() }).where(eq(users.id, person.workspace.userId));
  await db.update(workspaces).set({ suspendedAt: Date.now() }).where(eq(workspaces.id, workspace.workspace.id));
});

async function refusalOf(route: SampleRoute, caller: Parameters<typeof call>[2]): Promise<string> {
  const answer = await call(route.method.toUpperCase(), addressOf(route, route.thing?.unknown()), { ...caller, body: route.body });
  const { status, detail } = Problem.parse(await answer.json());
  return `${status} ${detail}`;
}

const inWorkspace = ({ token, workspace: { id } }: Suspended) => ({ headers: { Authorization: `Bearer ${token}`, "X-Workspace": id } });
const inNone = ({ token }: Suspended) => ({ headers: { Authorization: `Bearer ${token}` } });

const ofAccount = expect.stringMatching(/^403 This account is suspended: /);
const ofWorkspace = expect.stringMatching(/^403 This workspace is suspended: /);

describe.each(closed)("$name", (route) => {
  it("does nothing for the session of somebody who is suspended", async () => {
    expect(await refusalOf(route, inNone(person))).toEqual(ofAccount);
    expect(await refusalOf(route, inWorkspace(person))).toEqual(ofAccount);
  });
});

describe.each(forKeys)("$name", (route) => {
  it("does nothing for a key of somebody, or of a workspace, that is suspended", async () => {
    expect(await refusalOf(route, { key: person.key })).toEqual(ofAccount);
    expect(await refusalOf(route, { key: workspace.key })).toEqual(ofWorkspace);
  });
});

describe.each(ofWorkspaces)("$name", (route) => {
  it("does nothing in a workspace that is suspended", async () => {
    expect(await refusalOf(route, inWorkspace(workspace))).toEqual(ofWorkspace);
  });
});

describe("the battery", () => {
  it("asks every route that is not for anybody", () => {
    expect(ofWorkspaces.length).toBeGreaterThan(30);
    expect(forKeys.length).toBeGreaterThan(30);
  });
});
