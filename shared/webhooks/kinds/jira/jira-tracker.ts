import type { Language } from "../../../platform/index.ts";
import { within } from "../../messages/plain-text.ts";
import type { Answer, Ask, Shipment, Ticket } from "../kind.ts";
import { messageOf } from "../message-of.ts";
import { readJson } from "../read-json.ts";
import type { JiraOptions } from "../settings.ts";
import { refusal, understood } from "../trackers/step-error.ts";
import { markOf, type Tracker } from "../trackers/tracker.ts";
import { chooseTransition, FoundIssues, IssueStatus, isClosed, isSignInRefused, MadeIssue, meaningOf, Transitions } from "./jira-answers.ts";
import { commentDocument, ticketDocument } from "./jira-document.ts";

/** What Jira takes as a summary. */
const summaryCharacters = 255;

const noTransition: Readonly<Record<Language, (name: string) => string>> = {
  en: (name) => `Mentha could not close this ticket: from here there is no transition and no status called “${name}”. Close it by hand.`,
  es: (name) => `Mentha no ha podido cerrar este ticket: desde aquí no hay ninguna transición ni ningún estado que se llame «${name}». Ciérralo a mano.`,
};

interface Access {
  readonly credentials: { readonly email: string; readonly token: string };
  readonly options: JiraOptions;
}

/** What is done for one delivery at a site of Jira Cloud. */
export function jiraTracker(shipment: Shipment, ask: Ask, { credentials, options }: Access): Tracker {
  const mark = markOf(shipment.deliveryId);
  const message = messageOf(shipment);
  const site = shipment.target.url;
  const toTicket = ({ id, key }: MadeIssue): Ticket => ({ ticketId: id, ticketKey: key, url: new URL(`/browse/${key}`, site).href });
  const refused = (answer: Answer) => refusal("Jira", answer, shipment.now, meaningOf(answer));
  const authorization = basic(credentials);

  const request = async (path: string, body?: object): Promise<Answer> =>
    ask({
      url: new URL(`/rest/api/3/${path}`, site).href,
      method: body === undefined ? "GET" : "POST",
      headers: { Authorization: authorization, Accept: "application/json", ...(body !== undefined && { "Content-Type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const expect = async (status: number, path: string, body?: object): Promise<Answer> => {
    const answer = await request(path, body);
    if (answer.status !== status) throw refused(answer);
    return answer;
  };
  const pathOf = ({ ticketId }: Ticket): string => `issue/${encodeURIComponent(ticketId)}`;

  return {
    async findMade() {
      const search = { jql: `labels = "${mark}" ORDER BY created ASC`, maxResults: 1, fields: ["key"] };
      const [issue] = understood("Jira", FoundIssues, await expect(200, "search/jql", search)).issues;
      return issue === undefined ? null : toTicket(issue);
    },
    async make() {
      const fields = {
        project: { key: options.projectKey },
        issuetype: { name: options.issueType },
        summary: within(message.title, summaryCharacters),
        labels: ["mentha", mark],
        description: ticketDocument(message),
      };
      return toTicket(understood("Jira", MadeIssue, await expect(201, "issue", { fields })));
    },
    async standingOf(ticket) {
      // The endpoint was given another site since, where the same id is somebody else's.
      if (new URL(ticket.url).origin !== new URL(site).origin) return "gone";
      const answer = await request(`${pathOf(ticket)}?fields=status`);
      if (answer.status === 404 && !isSignInRefused(answer)) return "gone";
      if (answer.status !== 200) throw refused(answer);
      return isClosed(understood("Jira", IssueStatus, answer), options.closeTransition) ? "closed" : "open";
    },
    // Searched as text: what others wrote beside it may be longer than the part of an answer that is read.
    isCommented: async (ticket) => (await expect(200, `${pathOf(ticket)}/comment?orderBy=-created&maxResults=10`)).body.includes(mark),
    async comment(ticket, remark) {
      await expect(201, `${pathOf(ticket)}/comment`, { body: commentDocument(message, mark, remark) });
    },
    async close(ticket) {
      const path = `${pathOf(ticket)}/transitions`;
      const { transitions } = readJson(Transitions, (await expect(200, path)).body) ?? { transitions: [] };
      const chosen = chooseTransition(transitions, options.closeTransition);
      if (chosen === undefined) return noTransition[shipment.language](options.closeTransition);
      await expect(204, path, { transition: { id: chosen.id } });
      return null;
    },
  };
}

/** RFC 7617, with the text as UTF-8. */
function basic({ email, token }: Access["credentials"]): string {
  const bytes = new TextEncoder().encode(`${email}:${token}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
}
