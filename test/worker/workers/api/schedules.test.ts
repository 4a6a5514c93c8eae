import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { scheduleRuns, schedules } from "../../../../shared/db/schema/index.ts";
import { dayMs, newId } from "../../../../shared/platform/index.ts";
import { NextTimes, Schedule, ScheduleList, ScheduleRun, ScheduleRunList } from "../../../../shared/schedules/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedMember, signedIn } from "../../../helpers/worker/people.ts";
import { seedSchedule } from "../../../helpers/worker/seeded-schedules.ts";

const path = "/api/v1/schedules";
const db = directoryDatabase(env);
let workspace: SeededWorkspace;
let key = "";
beforeAll(async () => {
  workspace = await seedWorkspace();
  key = await seedKey(workspace);
});

const body = { name: "Weekly", target: { kind: "site-audits", input: { maxPages: 5 } }, cron: "30 2 * * *", timeZone: "Europe/Madrid" };
const at = (id: string, more = ""): string => `${path}/${id}${more}`;
const get = (url: string) => call("GET", url, { key });
const post = (url: string, sent?: object) => call("POST", url, { key, ...(sent && { body: sent }) });
const create = async (changes: object = {}) => Schedule.strict().parse(await (await post(path, { ...body, ...changes })).json());
const read = async (id: string) => Schedule.strict().parse(await (await get(at(id))).json());

describe("the routes of schedules", () => {
  it("make one, with its version, and read, change, pause, resume and delete it", async () => {
    const answer = await post(path, { ...body, until: Date.UTC(2099, 0, 1) });
    expect([answer.status, answer.headers.get("ETag")]).toEqual([201, '"1"']);
    const made = Schedule.strict().parse(await answer.json());
    expect(made).toMatchObject({ ...body, every: null, missed: "latest", overlap: "skip", jitterSeconds: 0, until: Date.UTC(2099, 0, 1), isPaused: false });
    expect(await read(made.id)).toEqual(made);
    const patched = await call("PATCH", at(made.id), { key, body: { every: "6h" } });
    expect(Schedule.parse(await patched.json())).toMatchObject({ cron: null, every: "6h", version: 2 });
    const paused = Schedule.parse(await (await post(at(made.id, "/pause"))).json());
    expect(paused).toMatchObject({ isPaused: true, nextAt: null });
    expect(Schedule.parse(await (await post(at(made.id, "/resume"))).json())).toMatchObject({ isPaused: false, nextAt: expect.any(Number) });
    expect((await call("DELETE", at(made.id), { key })).status).toBe(204);
    expect((await get(at(made.id))).status).toBe(404);
  });

  it("say the times of one that could be made, over a change of the clocks", async () => {
    const answer = NextTimes.strict().parse(await (await post(`${path}/preview`, { cron: "30 2 29 MAR *", timeZone: "Europe/Madrid", count: 1 })).json());
    expect(answer).toMatchObject({ timeZone: "Europe/Madrid", times: [{ local: expect.stringMatching(/-03-29T0(2:30|3:00)\+0[12]:00$/) }] });
    expect(ScheduleList.parse(await (await get(path)).json()).items.map(({ cron }) => cron)).not.toContain("30 2 29 MAR *");
  });

  it("say the next times of one, as many as are asked for", async () => {
    const { id } = await create();
    const { times } = NextTimes.strict().parse(await (await get(at(id, "/next?count=3"))).json());
    expect(times).toHaveLength(3);
    expect(times[0]?.at).toBe((await read(id)).nextAt);
    const problem = Problem.parse(await (await get(at(id, "/next?count=101"))).json());
    expect(problem.errors.map((error) => error.path)).toEqual(["query.count"]);
  });

  it("accept a run that somebody asks for, once however often the request comes, and list it", async () => {
    const { id } = await create();
    const ask = () => call("POST", at(id, "/run-now"), { key, headers: { "Idempotency-Key": `run-${id}` } });
    const [first, second] = [await ask(), await ask()];
    expect([first.status, second.status, second.headers.get("Idempotency-Replayed")]).toEqual([202, 202, "true"]);
    const run = ScheduleRun.strict().parse(await first.json());
    expect(run).toMatchObject({ cause: "person", state: "due" });
    expect(await second.json()).toEqual(run);
    const { items } = ScheduleRunList.parse(await (await get(at(id, "/runs"))).json());
    expect(items.map((each) => each.id)).toEqual([run.id]);
  });

  it("list runs page by page, of one state where that is asked", async () => {
    const id = await seedSchedule(workspace);
    const planned = Array.from({ length: 5 }, (_, n) => Date.now() - n * dayMs);
    for (const [n, occurrence] of planned.entries()) {
      const state = n % 2 === 0 ? "succeeded" : "failed";
      const values = { workspaceId: workspace.id, scheduleId: id, occurrence, cause: "time", state, createdAt: occurrence } as const;
      await db.insert(scheduleRuns).values({ id: newId("scheduleRun"), ...values });
    }
    const page = async (query: string) => ScheduleRunList.parse(await (await get(at(id, `/runs?limit=2${query}`))).json());
    const seen: number[] = [];
    for (let cursor: string | undefined = ""; cursor !== undefined; ) {
      const { items, nextCursor } = await page(cursor === "" ? "" : `&cursor=${cursor}`);
      seen.push(...items.map(({ occurrence }) => occurrence));
      cursor = nextCursor;
    }
    expect(seen).toEqual(planned);
    expect((await page("&state=failed")).items.map(({ occurrence }) => occurrence)).toEqual([planned[1], planned[3]]);
  });

  it.each([
    { kind: "site-audits", input: { maxPages: 100 } },
    { kind: "report", input: { days: 7 } },
  ])("take no input where nothing in it has to be said: $kind", async ({ kind, input }) => {
    expect((await create({ target: { kind } })).target).toEqual({ kind, input });
  });

  it.each([
    { what: "neither cron nor every", changes: { cron: undefined }, wrong: "body.cron" },
    { what: "both of them", changes: { every: "1h" }, wrong: "body.cron" },
    { what: "a time every minute", changes: { cron: "* * * * *" }, wrong: "body.cron" },
    { what: "a zone that there is not", changes: { timeZone: "Mars/Olympus" }, wrong: "body.timeZone" },
    { what: "a target of operators", changes: { target: { kind: "backup", input: {} } }, wrong: "body.target.kind" },
    {
      what: "values of headers, which are not kept",
      changes: { target: { kind: "audit", input: { url: "https://a.example", headers: { a: "b" } } } },
      wrong: "body.target.input.headers",
    },
    { what: "a kind that there is not", changes: { target: { kind: "flow" } }, wrong: "body.target.kind" },
    { what: "an end as text", changes: { until: "2099-01-01" }, wrong: "body.until" },
    { what: "a project of nobody", changes: { target: { kind: "site-audits", input: { projectId: newId("project") } } }, wrong: "body.target.input.projectId" },
  ])("refuse $what", async ({ changes, wrong }) => {
    const answer = await post(path, { ...body, ...changes });
    expect(answer.status).toBe(422);
    expect(Problem.parse(await answer.json()).errors.map((error) => error.path)).toContain(wrong);
  });

  it("let who may not write them read them, and no more", async () => {
    const { id } = await create();
    const qa = await signedIn(await seedMember(workspace, { role: "qa" }), workspace.id);
    expect((await qa("GET", at(id))).status).toBe(200);
    expect((await qa("GET", at(id, "/runs"))).status).toBe(200);
    expect((await qa("POST", path, body)).status).toBe(403);
    expect((await qa("POST", at(id, "/run-now"))).status).toBe(403);
    expect((await qa("POST", at(id, "/pause"))).status).toBe(403);
    expect((await qa("DELETE", at(id))).status).toBe(403);
  });

  it("do not lead from the workspace to schedules of the installation", async () => {
    const id = await seedSchedule({ id: "installation", userId: "" }, { builtIn: "of-nobody", targetKind: "backup", targetInput: { keep: 3 } });
    expect((await get(at(id))).status).toBe(404);
    expect((await call("DELETE", at(id), { key })).status).toBe(404);
    expect(await db.select({ id: schedules.id }).from(schedules).where(eq(schedules.id, id))).toHaveLength(1);
  });
});
