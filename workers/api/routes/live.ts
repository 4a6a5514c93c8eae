import type { TypedResponse } from "hono";
import { z } from "zod";
import { liveOf } from "../../../durable-objects/stubs.ts";
import { admit, IssuedTicket, IssueTicketInput, issueTicket, listOnlineUsers, OnlineMemberList, protocol } from "../../../shared/live/index.ts";
import { ListQuery } from "../../../shared/platform/index.ts";
import { deviceOf } from "../../../shared/presence/index.ts";
import { openSocket } from "../live/open-socket.ts";
import { requireOwnOrigin } from "../live/require-own-origin.ts";
import { requireUpgrade } from "../live/require-upgrade.ts";
import { api, get, post } from "../route.ts";

const issue = post("/api/v1/ws-tickets", {
  id: "issueTicket",
  tag: "Live",
  permission: "member",
  limit: "tickets",
  summary: "Get a ticket for a live connection",
  description:
    "Opens one WebSocket at `/ws?ticket=…` within 30 seconds, since browsers can send no header with one, and a key or an access token belongs in no address. Each request makes another ticket; one that is not used ends by itself.",
  body: IssueTicketInput,
  bodyOptional: true,
  created: IssuedTicket,
  examples: { body: {}, answer: { ticket: "eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiIxIn0.c2lnbmF0dXJl", expiresAt: 1_793_000_030_000 } },
});

const open = get("/ws", {
  id: "openSocket",
  tag: "Live",
  permission: "visitor",
  limit: "connections",
  summary: "Open a live connection",
  description: `A WebSocket (RFC 6455) with the subprotocol \`${protocol}\`, over which progress, notifications and who is online are told as they happen. It closes when the session or the key ends, or its rights change.`,
  query: z.object({
    ticket: z
      .string({ error: ({ input }) => (input === undefined ? "ticket is required: get one at POST /api/v1/ws-tickets" : undefined) })
      .min(1)
      .max(2_000)
      .describe("From `POST /api/v1/ws-tickets`; good once"),
  }),
  upgrade: "The connection goes on as a WebSocket",
  refusals: {
    bad_request: `The subprotocol \`${protocol}\` is not offered`,
    unauthenticated: "The ticket is not valid (any more), or was used",
    forbidden:
      "It comes from a page of another origin; or whoever the ticket was made for may not connect from this address, or is suspended, or the workspace is",
  },
});

const online = get("/api/v1/online-users", {
  id: "listOnlineUsers",
  tag: "People",
  permission: "members:read",
  limit: "lists",
  summary: "List who is online",
  description:
    "Members of the workspace who have a live connection, or had one within the last minute, however many tabs they have open. API keys are nobody. A page may be shorter than it could be although others follow.",
  query: ListQuery,
  ok: OnlineMemberList,
  examples: {
    answer: {
      items: [
        {
          userId: "usr_01k9z8q5v0c3r7t2m4n6p8s1w5",
          name: "Grace Hopper",
          email: "grace@example.com",
          since: 1_793_000_000_000,
          active: true,
          connections: 2,
          devices: ["desktop", "mobile"],
        },
      ],
    },
  },
});

export const liveRoutes = api()
  .openapi(issue, async (c) => c.json(await issueTicket(c.var.ctx, c.req.valid("json") ?? {}), 201))
  .openapi(online, async (c) => c.json(await listOnlineUsers(c.var.ctx, liveOf(c.env), c.req.valid("query")), 200))
  .openapi(open, async (c) => {
    requireUpgrade(c);
    requireOwnOrigin(c);
    const hint = c.req.header("Sec-CH-UA-Mobile") ?? null;
    const device = deviceOf(c.var.visitor.client.userAgent, hint);
    const answer = await openSocket(c.env, await admit(c.var.visitor, { ticket: c.req.valid("query").ticket, device }));
    // Hono has no way to make a typed answer that has a WebSocket.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return answer as Response & TypedResponse<object, 101, string>;
  });
