import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import { auditLog, events, schedules, users } from "../../../../shared/db/schema/index.ts";
import { InstallationSchedule, InstallationScheduleList, NextTimes, ScheduleRun, ScheduleRunList } from "../../../../shared/schedules/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { type SignedIn, signedIn, signInAs } from "../../../helpers/worker/people.ts";
import { seedInstallationSchedule, seedSchedule } from "../../../helpers/worker/seeded-schedules.ts";

const path = "/api/admin/schedules";
const db = directoryDatabase(env);
let workspace: SeededWorkspace;
let operator: SignedIn;
let id = "";
beforeEach(async () => {
  workspace = await seedWorkspace({ isOperator: true });
  operator = await signedIn(workspace.userId);
  await db.delete(schedules);
  id = await seedInstallationSchedule({ name: "Weekly audits" });
});

const at = (more = ""): string => `${path}/${id}${more}`;
const stateOf = async (answer: Response) => InstallationSchedule.strict().parse(await answer.json());

describe("operators", () => {
  it("see the schedules of the installation, and none of workspaces", async () => {
    const theirs = await seedSchedule(workspace);
    const { items } = InstallationScheduleList.parse(await (await operator("GET", path)).json());
    expect(items.map((each) => each.id)).toEqual([id]);
    expect(await stateOf(await operator("GET", at()))).toEqual(items[0]);
    expect((await operator("GET", `${path}/${theirs}`)).status).toBe(404);
    expect((await operator("PATCH", `${path}/${theirs}`, { name: "Ours" })).status).toBe(404);
    expect((await operator("POST", `${path}/${theirs}/run-now`)).status).toBe(404);
  });

  it("give one other times and tell it something else, which the log of the installation says", async () => {
    const target = { kind: "every-site-audits", input: { maxPages: 500 } };
    const changed = await stateOf(await operator("PATCH", at(), { cron: "0 4 * * SUN", timeZone: "Europe/Madrid", target }));
    expect(changed).toMatchObject({ cron: "0 4 * * SUN", every: null, timeZone: "Europe/Madrid", target, version: 2 });
    expect(changed.nextAt).not.toBeNull();
    const entries = await db
      .select()
      .from(auditLog)
      .where(and(eq(auditLog.workspaceId, installationId), eq(auditLog.targetId, id)));
    expect(entries).toMatchObject([{ action: "schedule.update", userId: workspace.userId }]);
  });

  it("do not make something else of one", async () => {
    const answer = await operator("PATCH", at(), { target: { kind: "backup", input: {} } });
    expect(Problem.parse(await answer.json())).toMatchObject({ status: 422, errors: [{ path: "body.target.kind" }] });
  });

  it("neither make nor delete one", async () => {
    expect((await operator("POST", path, { name: "A" })).status).toBe(405);
    expect((await operator("DELETE", at())).status).toBe(405);
  });

  it("pause one, and let it go on", async () => {
    expect(await stateOf(await operator("POST", at("/pause")))).toMatchObject({ isPaused: true, nextAt: null });
    expect(NextTimes.parse(await (await operator("GET", at("/next"))).json()).times).toEqual([]);
    expect(await stateOf(await operator("POST", at("/resume")))).toMatchObject({ isPaused: false, nextAt: expect.any(Number) });
    expect(NextTimes.parse(await (await operator("GET", at("/next?count=2"))).json()).times).toHaveLength(2);
  });

  it("start one now, once however often the request comes", async () => {
    const { accessToken } = await signInAs(workspace.userId);
    const headers = { Authorization: `Bearer ${accessToken}`, "Idempotency-Key": `run-${id}` };
    const answers = [await call("POST", at("/run-now"), { headers }), await call("POST", at("/run-now"), { headers })];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    const [run, again] = [ScheduleRun.strict().parse(await answers[0]?.json()), await answers[1]?.json()];
    expect(again).toEqual(run);
    expect(run).toMatchObject({ cause: "person", state: "due" });
    const { items } = ScheduleRunList.parse(await (await operator("GET", at("/runs"))).json());
    expect(items.map((each) => each.id)).toEqual([run.id]);
    const told = await db
      .select()
      .from(events)
      .where(and(eq(events.workspaceId, installationId), eq(events.type, "schedule.due")));
    expect(told.map(({ data }) => data)).toContainEqual({ scheduleId: id, runId: run.id });
  });

  it("do nothing more once they are suspended", async () => {
    await db.update(users).set({ suspendedAt: 1 }).where(eq(users.id, workspace.userId));
    expect((await operator("POST", at("/pause"))).status).toBe(403);
    expect(await db.select({ pausedAt: schedules.pausedAt }).from(schedules).where(eq(schedules.id, id))).toEqual([{ pausedAt: null }]);
  });
});

describe("people who are no operators", () => {
  it.each([
    { method: "GET", more: "" },
    { method: "PATCH", more: `/{id}` },
    { method: "POST", more: `/{id}/run-now` },
    { method: "POST", more: `/{id}/pause` },
  ])("are refused: $method $more", async ({ method, more }) => {
    const member = await seedWorkspace();
    const someone = await signedIn(member.userId, member.id);
    const answer = await someone(method, `${path}${more.replace("{id}", id)}`, method === "PATCH" ? { name: "A" } : undefined);
    expect(answer.status).toBe(403);
    expect((await call(method, `${path}${more.replace("{id}", id)}`)).status).toBe(401);
  });
});
