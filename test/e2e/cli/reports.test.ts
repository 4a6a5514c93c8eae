import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PDFDocument } from "@cantoo/pdf-lib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Embedded, startEmbedded } from "../../../local/embed.ts";
import { Project } from "../../../shared/projects/index.ts";
import { json, startScriptedApi } from "../../helpers/node/scripted-api.ts";
import { menthaHere } from "./run-here.ts";

// On the Worker as it is built, which has parts of the PDF library left out that the other tests have.

let mentha: Embedded;
let folder = "";
let projectId = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mentha-reports-"));
  mentha = await startEmbedded({ quiet: true });
  const project = await mentha.fetch("/api/v1/projects", {
    method: "POST",
    headers: { Authorization: `Bearer ${mentha.key}`, "Content-Type": "application/json" },
    body: JSON.stringify({ name: "Tienda ñandú 日本 👩‍👩‍👧" }),
  });
  ({ id: projectId } = Project.parse(await project.json()));
});
afterAll(async () => {
  await mentha.close();
  await rm(folder, { recursive: true });
});

const reports = (...args: readonly string[]) => menthaHere(["reports", ...args], { env: { MENTHA_SERVER: mentha.url, MENTHA_KEY: mentha.key } });
const made = async () => (await reports("create", "--project", projectId, "--days", "30", "--wait")).stdout.trim();

describe("mentha reports", () => {
  it("has a report made, waits for it, and saves it as PDF and Markdown", async () => {
    const { code, stdout, stderr } = await reports("create", "--project", projectId, "--days", "30", "--wait");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^rpt_\w{26}\n$/)]);
    const id = stdout.trim();
    expect(stderr).toBe(`Waiting for the report ${id}, which takes moments; Ctrl-C ends the waiting, not the report.\nThe report ${id} is ready.\n`);
    const [pdf, markdown] = [join(folder, "informe.pdf"), join(folder, "report.md")];
    expect((await reports("download", id, "--lang", "es", "--out", pdf)).code).toBe(0);
    const doc = await PDFDocument.load(await readFile(pdf), { updateMetadata: false });
    expect(doc.getTitle()).toContain("Informe de calidad de los sitios: Tienda ñandú 日本");
    expect((await reports("download", id, "--format", "md", "--out", markdown)).code).toBe(0);
    expect(await readFile(markdown, "utf8")).toMatch(/^# Site quality report: Tienda ñandú/);
  });

  it("shows one in a language, and lists them", async () => {
    const id = await made();
    expect((await reports("show", id, "--lang", "es")).stdout).toContain("Este proyecto todavía no tiene sitios.");
    expect((await reports("list", "--project", projectId)).stdout).toMatch(new RegExp(`^${id}  ready  .*${projectId}  no$`, "m"));
  });

  it("deletes one, which is gone then", async () => {
    const id = await made();
    expect(await reports("delete", id, "--yes", "--json")).toMatchObject({ code: 0, stdout: expect.stringMatching(/"isDeleted": ?true/) });
    const { code, stderr } = await reports("show", id);
    expect([code, stderr]).toEqual([3, expect.stringContaining("There is no such report.")]);
  });

  it("asks before it deletes, and takes no for an answer", async () => {
    const id = await made();
    const { code, stderr } = await menthaHere(["reports", "delete", id], { env: { MENTHA_SERVER: mentha.url, MENTHA_KEY: mentha.key }, typed: ["no"] });
    expect([code, stderr]).toEqual([0, expect.stringContaining("Nothing is deleted.")]);
    expect((await reports("show", id)).code).toBe(0);
  });

  it.each([
    [[], "Say what to do with reports"],
    [["lst"], "Did you mean list?"],
    [["show"], "Say which report"],
    [["show", "x"], "no id of a report"],
    [["delete", "rpt_01k9z8q5v0c3r7t2m4n6p8s1w5"], "Say --yes to delete it."],
    [["create", "--days", "0"], "--days"],
    [["create", "--project", "Shop"], "no id of a project"],
    [["download", "rpt_01k9z8q5v0c3r7t2m4n6p8s1w5", "--format", "html"], "--format"],
    [["download", "rpt_01k9z8q5v0c3r7t2m4n6p8s1w5", "--out", "/no/such/folder/report.pdf"], "--out"],
  ] as const)("refuses %j", async (args, says) => {
    const { code, stderr } = await reports(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});

describe("mentha reports create --wait", () => {
  const pending = {
    id: "rpt_01k9z8q5v0c3r7t2m4n6p8s1w5",
    state: "pending",
    projectId: null,
    from: 0,
    to: 1,
    isSent: false,
    failure: null,
    createdBy: null,
    createdAt: 1,
    readyAt: null,
    content: null,
  };
  it.each([
    { failure: "not-made", says: "an operator sees why under GET /api/admin/jobs?type=report.make" },
    { failure: "project-gone", says: "its project was deleted" },
  ])("says where to look when there will be no report: $failure", async ({ failure, says }) => {
    const server = await startScriptedApi({
      "/api/v1/reports": json(pending),
      [`/api/v1/reports/${pending.id}`]: json({ ...pending, state: "failed", failure }),
    });
    const { code, stderr } = await menthaHere(["reports", "create", "--wait"], { env: { MENTHA_SERVER: server.url, MENTHA_KEY: "mk_test_1" } });
    await server.close();
    expect([code, stderr]).toEqual([3, expect.stringContaining(says)]);
  });
});
