import { within } from "../../messages/plain-text.ts";
import type { Shipment, Ticket } from "../kind.ts";
import { messageOf } from "../message-of.ts";
import { understood } from "../trackers/step-error.ts";
import { markOf, type Tracker } from "../trackers/tracker.ts";
import { bareActions, findMadeCard } from "./find-made-card.ts";
import { Card, CardState } from "./trello-answers.ts";
import type { TrelloClient } from "./trello-client.ts";
import { cardText, commentText } from "./trello-text.ts";

const nameCharacters = 255;

const toTicket = ({ id, idShort, shortLink }: Card): Ticket => ({ ticketId: id, ticketKey: `#${idShort}`, url: `https://trello.com/c/${shortLink}` });
const pathOf = ({ ticketId }: Ticket): string => `cards/${encodeURIComponent(ticketId)}`;

/** What is done for one delivery at Trello, where a ticket is a card. */
export function trelloTracker(shipment: Shipment, client: TrelloClient, listId: string): Tracker {
  const mark = markOf(shipment.deliveryId);
  const message = messageOf(shipment);
  const name = within(message.title, nameCharacters);
  return {
    async findMade() {
      const card = await findMadeCard(client, { listId, name, mark });
      return card === null ? null : toTicket(card);
    },
    async make() {
      const answer = await client.expect("cards", "POST", { idList: listId, name, desc: cardText(message, mark) });
      return toTicket(understood("Trello", Card, answer));
    },
    async standingOf(ticket) {
      const answer = await client.ask(`${pathOf(ticket)}?fields=closed`);
      if (answer.status === 404) return "gone";
      if (answer.status !== 200) throw client.refused(answer);
      return understood("Trello", CardState, answer).closed ? "closed" : "open";
    },
    async isCommented(ticket) {
      const answer = await client.expect(`${pathOf(ticket)}/actions?filter=commentCard&limit=10&${bareActions}`);
      // Searched as text: what others wrote beside it may be longer than the part of an answer that is read.
      return answer.body.includes(mark);
    },
    async comment(ticket) {
      await client.expect(`${pathOf(ticket)}/actions/comments`, "POST", { text: commentText(message, mark) });
    },
    /** Any card can be archived, by whoever may change it. */
    async close(ticket) {
      await client.expect(pathOf(ticket), "PUT", { closed: true });
      return null;
    },
  };
}
