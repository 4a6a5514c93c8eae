import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { freePort, type NpmStart, npmStart, processesOf } from "../helpers/node/npm-start.ts";

const started: NpmStart[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const { pid } of started.splice(0)) if ((await processesOf(pid)).length > 0) process.kill(-pid, "SIGKILL");
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function newState(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mentha-start-"));
  folders.push(folder);
  return folder;
}

function start(options: Parameters<typeof npmStart>[0]): NpmStart {
  const process = npmStart(options);
  started.push(process);
  return process;
}

const keyIn = (output: string): string | undefined => /mk_test_[0-9A-Za-z]+/.exec(output)?.[0];

const listAudits = (port: number, key: string | undefined) => fetch(`http://localhost:${port}/api/v1/audits`, { headers: { "X-API-Key": key ?? "" } });

describe("npm start", () => {
  it("serves the API with the key that it prints, and the documentation, and ends everything on SIGTERM to npm", async () => {
    const [port, state] = [await freePort(), await newState()];
    const mentha = start({ port, state });
    await mentha.printed("Stop it with Ctrl-C");
    expect(mentha.output()).toContain(`Mentha is ready: http://localhost:${port}`);
    const key = keyIn(mentha.output());
    expect(mentha.output()).toContain(`curl -H "X-API-Key: ${key}" "http://localhost:${port}/api/v1/audits/<id>/report.html" -o report.html`);
    expect((await listAudits(port, key)).status).toBe(200);
    expect((await fetch(`http://localhost:${port}/docs`)).status).toBe(200);
    expect((await processesOf(mentha.pid)).some((line) => line.includes("workerd"))).toBe(true);

    process.kill(mentha.pid, "SIGTERM");
    expect(await mentha.ended).toBe(0);
    await vi.waitFor(async () => expect(await processesOf(mentha.pid)).toEqual([]), 10_000);
    await expect(listAudits(port, "any")).rejects.toThrow();
  });

  it("keeps its data, shows no key again, and makes another one on request", async () => {
    const [port, state] = [await freePort(), await newState()];
    const first = start({ port, state });
    await first.printed("Stop it with Ctrl-C");
    const firstKey = keyIn(first.output());
    process.kill(first.pid, "SIGTERM");
    await first.ended;

    const second = start({ port, state });
    await second.printed("Stop it with Ctrl-C");
    expect(keyIn(second.output())).toBeUndefined();
    expect(second.output()).toContain("npm start -- --new-key");
    process.kill(second.pid, "SIGTERM");
    await second.ended;

    const third = start({ port, state, args: ["--new-key"] });
    await third.printed("Stop it with Ctrl-C");
    const newKey = keyIn(third.output());
    expect(newKey).not.toBe(firstKey);
    expect([(await listAudits(port, firstKey)).status, (await listAudits(port, newKey)).status]).toEqual([200, 200]);
  });

  it.each(["SIGINT", "SIGHUP"] as const)("leaves nothing behind when the terminal sends %s to all of it", async (signal) => {
    const mentha = start({ port: await freePort(), state: await newState() });
    await mentha.printed("Stop it with Ctrl-C");
    process.kill(-mentha.pid, signal);
    await mentha.ended;
    await vi.waitFor(async () => expect(await processesOf(mentha.pid)).toEqual([]), 10_000);
  });

  it("says which port is busy and how to choose another", async () => {
    const port = await freePort();
    const first = start({ port, state: await newState() });
    await first.printed("Stop it with Ctrl-C");
    const state = await newState();
    const second = start({ port, state });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(
      `Port ${port} is already in use by another program. Choose another one: MENTHA_STATE=${state} PORT=${port + 1} npm start`,
    );
  });

  it("refuses data that another start has open", async () => {
    const state = await newState();
    const first = start({ port: await freePort(), state });
    await first.printed("Stop it with Ctrl-C");
    const second = start({ port: await freePort(), state });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain("Mentha is already running on this data");
  });

  it.each(["eighty", "0", "70000"])("refuses the port %s", async (port) => {
    const mentha = start({ port, state: await newState() });
    expect(await mentha.ended).toBe(1);
    expect(mentha.output()).toContain(`PORT is "${port}", but a port is a number from 1 to 65535.`);
  });
});
