import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { z } from "zod";
import { protocol } from "../../shared/live/index.ts";
import { textOf } from "./client.ts";
import type { LiveMentha } from "./mentha.ts";
import { publishTo } from "./mentha-stage.ts";
import type { BenchPerson } from "./orders.ts";
import { residentKilobytes } from "./processes.ts";

const Ticket = z.object({ ticket: z.string() });

/** A socket that somebody misuses, once it is open. */
async function open(mentha: LiveMentha, { token }: BenchPerson): Promise<WebSocket> {
  const headers = { Authorization: `Bearer ${token}`, "X-Workspace": mentha.workspaceId };
  const response = await fetch(`${mentha.url()}/api/v1/ws-tickets`, { method: "POST", headers });
  if (!response.ok) throw new Error(`A ticket was answered ${response.status}.`);
  const { ticket } = Ticket.parse(await response.json());
  const url = `${mentha.url().replace(/^http/, "ws")}/ws?${new URLSearchParams({ ticket }).toString()}`;
  const socket = new WebSocket(url, [protocol], { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return socket;
}

const closeOf = (socket: WebSocket): Promise<string> =>
  new Promise((resolve) => socket.once("close", (code, reason) => resolve(`${code} ${reason.toString()}`)));

/** How often a flood comes back at once, messages that each sends as fast as it can, and the time between two, in ms. */
const floods = 20;
const floodMessages = 500;
const floodPauseMs = 100;

/** Floods again and again while `meanwhile` is done; answers why each of the floods was closed. */
export async function flood<T>(
  mentha: LiveMentha,
  person: BenchPerson,
  meanwhile: () => Promise<T>,
): Promise<{ readonly result: T; readonly closings: readonly string[] }> {
  let isDone = false;
  const closings: string[] = [];
  const offend = async (): Promise<void> => {
    for (let count = 0; count < floods && !isDone; count++) {
      const socket = await open(mentha, person);
      const closed = closeOf(socket);
      for (let message = 0; message < floodMessages; message++) socket.send(JSON.stringify({ type: "activity", active: message % 2 === 0 }));
      closings.push(await closed);
      await sleep(floodPauseMs);
    }
  };
  const offending = offend();
  const result = await meanwhile();
  isDone = true;
  await offending;
  return { result, closings };
}

interface Silence {
  readonly closing: string;
  /** Messages that came before the end. */
  readonly received: number;
  /** By how much the runtime's memory grew meanwhile, in MB. */
  readonly grownMegabytes: number;
}

/** Does not read while so many messages are published to it, and looks at what came only then. */
export async function neverRead(mentha: LiveMentha, person: BenchPerson, messages: number): Promise<Silence> {
  const socket = await open(mentha, person);
  let received = 0;
  const subscribed = new Promise<void>((resolve) => {
    socket.on("message", (data) => {
      received += 1;
      if (textOf(data).startsWith('{"type":"subscribed"')) resolve();
    });
  });
  const closed = closeOf(socket);
  socket.send(JSON.stringify({ type: "subscribe", topic: "me" }));
  await subscribed;
  socket.pause();
  const before = residentKilobytes(mentha.pid());
  await publishTo(mentha, "me", messages)(person.id);
  const grownMegabytes = (residentKilobytes(mentha.pid()) - before) / 1_024;
  socket.resume();
  return { closing: await closed, received, grownMegabytes };
}
