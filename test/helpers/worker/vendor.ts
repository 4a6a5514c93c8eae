import { expect } from "vitest";
import type { Ticket } from "../../../shared/webhooks/kinds/kind.ts";
import type { SiteRequest, SiteRoute, SiteRoutes } from "../node/site-route.ts";
import { defineSite } from "./site.ts";

/** What attempts at made-up vendors need. */
export const attemptDeps = { policy: { allow: [], allowLoopback: false }, now: Date.now };

let vendors = 0;
/** A vendor that answers so, at a host of its own. */
export function defineVendor(routes: SiteRoutes) {
  vendors += 1;
  return defineSite(`vendor-${vendors}.test`, routes);
}

export const json = (status: number, body: unknown): SiteRoute => ({ status, body: JSON.stringify(body) });
/** What was asked, as `POST /path`. */
export const steps = (requests: readonly SiteRequest[]): string[] => requests.map(({ method, path }) => `${method} ${path.split("?")[0]}`);
export const bodyOf = (request: SiteRequest | undefined) => JSON.parse(request?.body ?? expect.unreachable("nothing was asked"));

// Answers as developer.atlassian.com documents them, with some of what is not needed.

const issue = (number: number) => ({ id: `1000${number}`, key: `SHOP-${number}`, self: `https://jira.test/rest/api/3/issue/1000${number}` });

export const jiraPaths = {
  make: "/rest/api/3/issue",
  search: "/rest/api/3/search/jql",
  issue: "/rest/api/3/issue/10001",
  comment: "/rest/api/3/issue/10001/comment",
  lastComments: "/rest/api/3/issue/10001/comment?orderBy=-created&maxResults=10",
  transitions: "/rest/api/3/issue/10001/transitions",
} as const;

export const jiraAnswers = {
  made: (number: number) => json(201, issue(number)),
  found: (...numbers: number[]) => json(200, { issues: numbers.map((number) => ({ expand: "", ...issue(number), fields: {} })), isLast: true }),
  at: (category: string, name = "To Do") => json(200, { ...issue(1), fields: { status: { name, statusCategory: { id: 2, key: category } } } }),
  gone: json(404, { errorMessages: ["Issue does not exist or you do not have permission to see it."], errors: {} }),
  transitions: json(200, { expand: "transitions", transitions: [{ id: "31", name: "Finish", to: { name: "Done", statusCategory: { key: "done" } } }] }),
  comments: (...bodies: object[]) => json(200, { startAt: 0, total: bodies.length, comments: bodies.map((body) => ({ id: "1", author: {}, body })) }),
  commented: json(201, { id: "1" }),
} as const;

/** The first ticket that is made at a site. */
export const jiraTicket = (site: string): Ticket => ({ ticketId: "10001", ticketKey: "SHOP-1", url: `${site}/browse/SHOP-1` });

export const card = (number: number) => ({ id: `5abbe4b7ddc1b351ef96141${number}`, idShort: number, shortLink: `Abc1234${number}` });
export const cardPath = (number: number): string => `/1/cards/${card(number).id}`;

export const trelloAnswers = {
  made: (number: number) => json(200, { ...card(number), name: "x", closed: false, badges: {}, url: `https://trello.com/c/Abc1234${number}/1-x` }),
  is: (closed: boolean) => json(200, { id: card(1).id, closed }),
  gone: { status: 404, body: "The requested resource was not found." },
  done: json(200, { id: "1" }),
} as const;

export const trelloTicket: Ticket = { ticketId: card(1).id, ticketKey: "#1", url: "https://trello.com/c/Abc12341" };
