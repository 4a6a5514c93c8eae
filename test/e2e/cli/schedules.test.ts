import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Answer, json, problem, type ScriptedApi, startScriptedApi } from "../../helpers/node/scripted-api.ts";
import { menthaHere } from "./run-here.ts";

/** A Monday, 03:00 in Madrid by winter time. */
const monday = Date.UTC(2027, 0, 4, 2);
const id = "sch_01k9z8q5v0c3r7t2m4n6p8s1w1";
const projectId = "prj_01k9z8q5v0c3r7t2m4n6p8s1w1";
const schedule = {
  id,
  name: "Weekly",
  cron: "0 3 * * MON",
  every: null,
  timeZone: "Europe/Madrid",
  missed: "latest",
  overlap: "skip",
  jitterSeconds: 600,
  until: null,
  isPaused: false,
  nextAt: monday,
  builtIn: null,
  version: 7,
  createdAt: Date.UTC(2026, 10, 22, 9, 30),
  target: { kind: "site-audits", input: { maxPages: 500 } },
};
const paused = {
  ...schedule,
  id: "sch_01k9z8q5v0c3r7t2m4n6p8s1w2",
  name: "Shop",
  cron: null,
  every: "6h",
  isPaused: true,
  nextAt: null,
  target: { kind: "report", input: { days: 1, projectId } },
};
const run = {
  id: "scr_01k9z8q5v0c3r7t2m4n6p8s1w1",
  occurrence: monday,
  cause: "time",
  state: "succeeded",
  reason: null,
  startedId: "job_01k9z8q5v0c3r7t2m4n6p8s1w1",
  result: { started: 12, skipped: { egress_refused: 1 } },
  createdAt: monday,
  startedAt: monday + 1_000,
  finishedAt: monday + 43_000,
};
const next = { timeZone: "Europe/Madrid", times: [{ at: monday, local: "2027-01-04T03:00+01:00" }] };

const path = "/api/v1/schedules";
const one = `${path}/${id}`;

let server: ScriptedApi;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mentha-schedules-"));
});
afterEach(() => server.close());
afterAll(() => rm(folder, { recursive: true }));

const done: Answer = (response) => void response.writeHead(204).end();

/** The address of one schedule, as a reader and as an editor have it. */
const either =
  (method: string, answer: Answer, otherwise: Answer = json(schedule)): Answer =>
  (response, query) =>
    (response.req.method === method ? answer : otherwise)(response, query);

async function schedules(answers: Parameters<typeof startScriptedApi>[0], args: readonly string[], typed?: readonly string[]) {
  server = await startScriptedApi(answers);
  return menthaHere(["schedules", ...args], { env: { MENTHA_SERVER: server.url, MENTHA_KEY: "mk_test_1" }, ...(typed && { typed }) });
}

describe("mentha schedules", () => {
  it("lists schedules with their next times, as the clocks of their zones say", async () => {
    const over = { ...schedule, name: "Over", nextAt: null };
    const { code, stdout } = await schedules({ [path]: json({ items: [schedule, paused, over] }) }, ["list"]);
    expect([code, stdout]).toEqual([
      0,
      [
        "ID                              NAME    STARTS       WHEN                         NEXT",
        `${id}  Weekly  site-audits  0 3 * * MON (Europe/Madrid)  Mon 2027-01-04 03:00`,
        `${paused.id}  Shop    report       every 6h                     paused`,
        `${id}  Over    site-audits  0 3 * * MON (Europe/Madrid)  over`,
        "",
      ].join("\n"),
    ]);
  });

  it("says that there are none", async () => {
    const { code, stdout, stderr } = await schedules({ [path]: json({ items: [] }) }, ["list"]);
    expect([code, stdout, stderr]).toEqual([0, "", "No schedules yet.\n"]);
  });

  it("shows a schedule by its name, in words", async () => {
    const { code, stdout } = await schedules({ [path]: json({ items: [paused, schedule] }), [one]: json({ ...schedule, until: monday }) }, ["show", "weekly"]);
    expect([code, stdout]).toEqual([
      0,
      [
        `Id       ${id}`,
        "Name     Weekly",
        "Starts   an audit of each verified site of all projects, 500 pages at most each",
        "When     0 3 * * MON (Europe/Madrid)",
        "Put off  by 10 min at most",
        "Next     Mon 2027-01-04 03:00 Europe/Madrid, 2027-01-04 02:00 UTC",
        "Until    Mon 2027-01-04 03:00 Europe/Madrid",
        "Missed   the latest one is made up for",
        "Overlap  a time that comes before the last run is over is skipped",
        "Made     2026-11-22 09:30 UTC",
        "",
      ].join("\n"),
    ]);
  });

  it.each([
    { target: { kind: "audit", input: { url: "https://shop.example/", maxPages: 5 } }, says: "Starts   an audit of https://shop.example/, 5 pages at most\n" },
    { target: paused.target, says: `Starts   a report of ${projectId} over a day\n` },
    { target: { kind: "report", input: { days: 7 } }, says: "Starts   a report of all projects over 7 days\n" },
  ])("says what is started: $target.kind", async ({ target, says }) => {
    expect((await schedules({ [one]: json({ ...schedule, target }) }, ["show", id])).stdout).toContain(says);
  });

  it.each([
    { given: { jitterSeconds: 90 }, says: "Put off  by 90 s at most\n" },
    { given: { timeZone: "UTC" }, says: "Next     Mon 2027-01-04 02:00 UTC\n" },
    { given: { timeZone: "Mars/Olympus" }, says: "Next     2027-01-04 02:00 UTC\n" },
  ])("says a span in its unit, and UTC once: $given", async ({ given, says }) => {
    expect((await schedules({ [one]: json({ ...schedule, ...given }) }, ["show", id])).stdout).toContain(says);
  });

  it("says times in UTC for a zone that this computer does not know", async () => {
    const { stdout } = await schedules({ [path]: json({ items: [{ ...schedule, timeZone: "Mars/Olympus" }] }) }, ["list"]);
    expect(stdout).toContain("2027-01-04 02:00 UTC\n");
  });

  it.each([
    { found: [], says: 'There is no schedule with the name "Weekly"' },
    {
      found: [schedule, { ...paused, name: "WEEKLY" }],
      says: `Several schedules have the name "Weekly". Give an id:\n  ${id}  0 3 * * MON (Europe/Madrid)\n  ${paused.id}  every 6h\n`,
    },
  ])("pauses nothing when a name is that of $found.length", async ({ found, says }) => {
    const { code, stderr } = await schedules({ [path]: json({ items: found }) }, ["pause", "Weekly"]);
    expect([code, server.asked, stderr]).toEqual([2, [`GET ${path}?limit=100`], expect.stringContaining(says)]);
  });

  it("makes a schedule of all that can be said of it", async () => {
    const flags = ["--name", "Weekly", "--start", "site-audits", "--project", projectId, "--max-pages", "500", "--cron", "0 3 * * MON"];
    const more = ["--zone", "Europe/Madrid", "--missed", "all", "--overlap", "queue", "--jitter", "10m", "--until", "2099-03-31"];
    const { code, stdout, stderr } = await schedules({ [path]: json(schedule) }, ["create", ...flags, ...more]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("Next     Mon 2027-01-04 03:00 Europe/Madrid")]);
    expect(stderr).toBe(`Created "Weekly" (${id}): next on Mon 2027-01-04 03:00 (Europe/Madrid).\n`);
    expect(server.bodies).toEqual([
      {
        name: "Weekly",
        target: { kind: "site-audits", input: { projectId, maxPages: 500 } },
        cron: "0 3 * * MON",
        timeZone: "Europe/Madrid",
        missed: "all",
        overlap: "queue",
        jitterSeconds: 600,
        until: Date.UTC(2099, 3, 1),
      },
    ]);
  });

  it.each([
    {
      flags: ["--start", "audit", "--url", "shop.example", "--max-pages", "5"],
      target: { kind: "audit", input: { url: "https://shop.example/", maxPages: 5 } },
    },
    { flags: ["--start", "site-audits"], target: { kind: "site-audits", input: {} } },
    { flags: ["--start", "report", "--project", projectId, "--days", "30"], target: { kind: "report", input: { projectId, days: 30 } } },
  ])("makes one that starts $target.kind", async ({ flags, target }) => {
    await schedules({ [path]: json(schedule) }, ["create", "--name", "A", "--every", "6h", ...flags]);
    expect(server.bodies).toEqual([{ name: "A", every: "6h", target }]);
  });

  it("takes from a file what has no option; what the line says comes before it", async () => {
    const file = join(folder, "shop.json");
    const target = { kind: "audit", input: { url: "https://shop.example/", exclude: ["/archive/**"] } };
    await writeFile(file, JSON.stringify({ name: "Old", every: "1d", target }));
    await schedules({ [path]: json(schedule) }, ["create", "--from", file, "--name", "Shop"]);
    expect(server.bodies).toMatchObject([{ name: "Shop", every: "1d", target }]);
  });

  it.each([
    { args: [], says: "Say what to do with schedules" },
    { args: ["lits"], says: 'does not know "lits". Did you mean list?' },
    { args: ["show"], says: "Say which schedule" },
    { args: ["list", "Weekly"], says: '"Weekly" is one too many' },
    { args: ["create", "--start", "report", "--every", "1d"], says: "Say what to call it" },
    { args: ["create", "--name", "A", "--every", "1d"], says: "Say what to start" },
    { args: ["create", "--name", "A", "--start", "report"], says: "Say when" },
    { args: ["create", "--name", "A", "--start", "audit", "--every", "1d"], says: "Say what is audited" },
    { args: ["create", "--name", "A", "--start", "flow", "--every", "1d"], says: '--start: "flow" is not one of audit, site-audits, report' },
    { args: ["create", "--name", "A", "--start", "report", "--cron", "0 3 * * *", "--every", "1d"], says: "Give either --cron or --every" },
    { args: ["create", "--name", "A", "--start", "report", "--max-pages", "5", "--every", "1d"], says: "--max-pages says nothing of --start report" },
    { args: ["edit", id], says: "Say what to change" },
    { args: ["edit", id, "--days", "5"], says: "--days: say with --start what is started" },
    { args: ["next"], says: "Say which schedule" },
    { args: ["next", id, "--cron", "0 3 * * *"], says: "Give either a schedule, or the times" },
    { args: ["next", id, "--count", "0"], says: "--count: 0 is not" },
    { args: ["runs", id, "--state", "bad"], says: '--state: "bad" is not one of due' },
    { args: ["runs", id, "--limit", "0"], says: "--limit: 0 is not" },
    { args: ["delete", id], says: "Say --yes to delete it." },
  ])("asks no server for $args", async ({ args, says }) => {
    const { code, stderr } = await schedules({}, args);
    expect([code, server.asked, stderr]).toEqual([2, [], expect.stringContaining(says)]);
  });

  it("says which option the server finds wrong", async () => {
    const errors = [
      { path: "body.cron", message: "It has four fields." },
      { path: "body.timeZone", message: "It is none." },
      { path: "body.target.input.projectId", message: "There is none." },
      { path: "body.target.input.maxPages", message: "It is too much." },
      { path: "body.target.kind", message: "It is unknown." },
    ];
    const answer: Answer = (response) => void response.writeHead(422).end(JSON.stringify({ code: "invalid", detail: "No.", errors }));
    const { code, stderr } = await schedules({ [path]: answer }, ["create", "--name", "A", "--start", "report", "--cron", "1 2 3 4"]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(
        "--cron: It has four fields.\n--zone: It is none.\n--project: There is none.\n--max-pages: It is too much.\n--start: It is unknown.",
      ),
    ]);
  });

  it("changes what is given of a schedule that is still as it was read", async () => {
    const seen: (string | undefined)[] = [];
    const patched: Answer = (response) => {
      seen.push(response.req.headers["if-match"]);
      json({ ...schedule, cron: null, every: "1d" })(response);
    };
    const { code, stdout } = await schedules({ [one]: either("PATCH", patched) }, ["edit", id, "--every", "1d", "--until", "never"]);
    expect([code, stdout, seen]).toEqual([0, expect.stringContaining("When     every 1d"), ['"7"']]);
    expect(server.bodies).toEqual([{ every: "1d", until: null }]);
  });

  it("says that somebody else changed it at the same time", async () => {
    const answer = either("PATCH", problem(412, "precondition_failed", "Send the ETag of that answer."));
    const { code, stderr } = await schedules({ [one]: answer }, ["edit", id, "--name", "B"]);
    expect([code, stderr]).toEqual([3, expect.stringContaining("Somebody else changed this schedule at the same time, so nothing of yours was changed.")]);
  });

  it("shows the next times of a schedule, in its zone and in UTC", async () => {
    const { code, stdout } = await schedules({ [`${one}/next`]: json(next) }, ["next", id, "--count", "1"]);
    expect([code, stdout]).toEqual([0, "Europe/Madrid         UTC\nMon 2027-01-04 03:00  2027-01-04 02:00 UTC\n"]);
    expect(server.asked).toEqual([`GET ${one}/next?count=1`]);
  });

  it("has no two columns with the same times where the zone is UTC", async () => {
    const { stdout } = await schedules({ [`${one}/next`]: json({ ...next, timeZone: "UTC" }) }, ["next", id]);
    expect(stdout).toBe("UTC\nMon 2027-01-04 02:00\n");
  });

  it("shows the times of a schedule that does not exist yet", async () => {
    const { code, stdout } = await schedules({ [`${path}/preview`]: json(next) }, ["next", "--cron", "0 3 * * MON", "--zone", "Europe/Madrid"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("Mon 2027-01-04 03:00")]);
    expect(server.bodies).toEqual([{ cron: "0 3 * * MON", timeZone: "Europe/Madrid", count: 10 }]);
  });

  it("says that a schedule does not come again", async () => {
    const { code, stdout, stderr } = await schedules({ [`${one}/next`]: json({ ...next, times: [] }) }, ["next", id]);
    expect([code, stdout, stderr]).toEqual([0, "", "It does not come again: it is paused, or over.\n"]);
  });

  it("shows runs, how long they took, and what they say or why they failed", async () => {
    const failed = {
      ...run,
      cause: "person",
      state: "failed",
      result: null,
      reason: "The project was deleted.",
      startedId: null,
      finishedAt: monday + 601_000,
    };
    const waiting = { ...run, state: "waiting", result: null, startedId: null, startedAt: null, finishedAt: null };
    const { code, stdout } = await schedules({ [one]: json(schedule), [`${one}/runs`]: json({ items: [run, failed, waiting] }) }, ["runs", id]);
    expect([code, stdout]).toEqual([
      0,
      [
        "Europe/Madrid         CAUSE      STATE      TOOK    STARTED                         SAYS",
        `Mon 2027-01-04 03:00  planned    succeeded  42 s    ${run.startedId}  12 audits started, 1 left out (egress refused 1)`,
        "Mon 2027-01-04 03:00  asked for  failed     10 min                                  The project was deleted.",
        "Mon 2027-01-04 03:00  planned    waiting",
        "",
      ].join("\n"),
    ]);
  });

  it.each([
    { result: { started: 0, skipped: {} }, says: "0 audits started; no site is verified yet" },
    { result: { started: 1, skipped: {} }, says: "1 audit started" },
    { result: { started: 12, skipped: { suspended: 1, egress_refused: 2 } }, says: "12 audits started, 3 left out (suspended 1, egress refused 2)" },
    { result: { counts: { error: 3, warning: 1, info: 9 } }, says: "3 errors, 1 warning, 9 notes" },
    {
      result: { reportId: "rpt_01k9z8q5v0c3r7t2m4n6p8s1w5", projects: 1, sites: 3, audited: 2, better: 1, worse: 0 },
      says: "3 sites of 1 project, 2 audited: 1 better, 0 worse",
    },
    { result: { eaten: 3, by: { bears: 1 } }, says: 'eaten 3, by {"bears":1}' },
    { result: { started: 3, skipped: {}, asleep: 1 }, says: "started 3, skipped {}, asleep 1" },
  ])("says in words what is known of a result: $says", async ({ result, says }) => {
    const { stdout } = await schedules({ [one]: json(schedule), [`${one}/runs`]: json({ items: [{ ...run, result }] }) }, ["runs", id]);
    expect(stdout.trimEnd()).toMatch(/ {2}job_\w+ {2}/);
    expect(stdout.trimEnd().split(`${run.startedId}  `)[1]).toBe(says);
  });

  it("asks for no more runs than it is to show, of one state", async () => {
    const page = json({ items: [run, run], nextCursor: "more" });
    const args = ["runs", id, "--limit", "2", "--state", "succeeded", "--json"];
    const { stdout } = await schedules({ [one]: json(schedule), [`${one}/runs`]: page }, args);
    expect(JSON.parse(stdout)).toHaveLength(2);
    expect(server.asked).toEqual([`GET ${one}`, `GET ${one}/runs?limit=100&state=succeeded`]);
  });

  it("says that there are no such runs", async () => {
    const { code, stderr } = await schedules({ [one]: json(schedule), [`${one}/runs`]: json({ items: [] }) }, ["runs", id]);
    expect([code, stderr]).toEqual([0, "No such runs.\n"]);
  });

  it.each([
    {
      action: "run",
      asks: "run-now",
      answer: json({ ...run, state: "due" }),
      says: `The schedule "Weekly" (${id}) starts within moments; mentha schedules runs ${id}`,
    },
    { action: "pause", asks: "pause", answer: json(paused), says: `The schedule "Weekly" (${id}) is paused.` },
  ])("has a schedule $action", async ({ action, asks, answer, says }) => {
    const { code, stdout, stderr } = await schedules({ [path]: json({ items: [schedule] }), [`${one}/${asks}`]: answer }, [action, "Weekly"]);
    expect([code, stdout, stderr]).toEqual([0, "", expect.stringContaining(says)]);
    expect(server.asked.at(-1)).toBe(`POST ${one}/${asks}`);
  });

  it("resumes a schedule, and shows when it comes next", async () => {
    const { code, stdout } = await schedules({ [`${one}/resume`]: json(schedule) }, ["resume", id]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("Next     Mon 2027-01-04 03:00 Europe/Madrid")]);
  });

  it.each([
    { typed: ["yes"], asked: [`GET ${one}`, `DELETE ${one}`], says: `The schedule ${id} is deleted.` },
    { typed: ["no"], asked: [`GET ${one}`], says: "Nothing is deleted." },
  ])("asks before it deletes, and takes $typed.0 for an answer", async ({ typed, asked, says }) => {
    const { code, stderr } = await schedules({ [one]: either("DELETE", done) }, ["delete", id], typed);
    expect([code, server.asked, stderr]).toEqual([0, asked, expect.stringContaining(says)]);
    expect(stderr).toContain("which starts an audit of each verified site of all projects");
  });

  it("deletes without asking for who is sure", async () => {
    const { code, stderr } = await schedules({ [one]: done }, ["delete", id, "--yes"]);
    expect([code, server.asked, stderr]).toEqual([0, [`DELETE ${one}`], `The schedule ${id} is deleted.\n`]);
  });
});
