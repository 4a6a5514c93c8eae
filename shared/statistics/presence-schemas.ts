import { z } from "zod";
import { Count, Id, Millis, Percent, Text } from "../platform/index.ts";
import { perDevice } from "../presence/index.ts";

export const Warnings = z.array(Text(300)).max(20).describe("What did not answer, and is null for that");

const Online = {
  users: Count.describe("People, each once in a workspace; who is online in two workspaces counts in both"),
  active: Count.describe("Of those, who is doing something"),
  connections: Count.describe("Their open connections: one for each tab or program"),
};

const Peak = z.object({
  count: Count,
  at: Millis.nullable().describe("Beginning of the minute in which it was reached first; null when there was nobody yet"),
});
const PeaksOf = z.object({ users: Peak, connections: Peak });
export const Peaks = z.object({ ever: PeaksOf, today: PeaksOf.describe("Of the present day, UTC") });

const OnlinePart = z.object({
  ...Online,
  idle: Count.describe("People who are connected and do nothing"),
  integrations: Count.describe("Connections of API keys, which are nobody"),
  peaks: Peaks,
  byDevice: z.object(perDevice(Count)).describe("Connections of people, by what they sit at as far as the browser tells"),
  byWorkspace: z.object({
    items: z.array(z.object({ workspaceId: Id("workspace"), ...Online })).max(100),
    more: Count.describe("Workspaces with connections that are not listed"),
  }),
  series: z
    .array(z.object({ at: Millis, ...Online }))
    .max(1_440)
    .describe(
      "How each of the last 1,440 minutes ended, the present one last; `at` is its beginning. A minute in which nothing was said is as the one before; minutes before anything was said are left out",
    ),
});

export const OnlineUsersStats = z
  .object({ at: Millis, online: OnlinePart.nullable().describe("Up to ten seconds late"), warnings: Warnings })
  .meta({ id: "OnlineUsersStats" });
export type OnlineUsersStats = z.infer<typeof OnlineUsersStats>;

const Closed = z
  .array(z.object({ reason: Text(40).describe("`left` for those that the client ended"), connections: Count }))
  .max(20)
  .describe("By why they ended");
const Traffic = {
  opened: Count,
  refused: Count.describe("Connections that it did not take, such as when it was full"),
  closed: Closed,
  received: Count.describe("Messages from clients"),
  sent: Count.describe("Messages to clients"),
};
const Fill = {
  sockets: Count.describe("Open connections, of people and of API keys"),
  capacity: Count.describe("The most it takes"),
  usedPercent: Percent,
};

const WebsocketPart = z.object({
  totals: z.object({ ...Fill, people: Count, integrations: Count, ...Traffic }).describe("Over all objects; traffic since each of them began"),
  objects: z.object({
    items: z
      .array(
        z.object({
          workspaceId: Id("workspace"),
          shard: Count.describe("Which of the workspace's objects"),
          ...Fill,
          ...Traffic,
          since: Millis.describe("When this instance began; its traffic is counted from then"),
          heardAt: Millis.describe("When it said so, by its own clock"),
        }),
      )
      .max(100)
      .describe("The fullest first"),
    more: Count.describe("Objects that are not listed"),
    nearCapacity: Count.describe("Objects that are filled to 80 % or more: give their workspaces more objects"),
  }),
});

export const WebsocketStats = z
  .object({ at: Millis, connections: WebsocketPart.nullable().describe("Up to ten seconds late"), warnings: Warnings })
  .meta({ id: "WebsocketStats" });
export type WebsocketStats = z.infer<typeof WebsocketStats>;
