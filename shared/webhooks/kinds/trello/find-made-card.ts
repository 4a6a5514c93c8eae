import { understood } from "../trackers/step-error.ts";
import { type Card, Makings } from "./trello-answers.ts";
import type { TrelloClient } from "./trello-client.ts";

/** Actions without the people who did them. */
export const bareActions = "fields=data&member=false&memberCreator=false";

/** Of a list's newest cards, so many are looked through: a page of them must fit the 20 KB that are read of an answer. */
const cardsOnPage = 15;
const pagesRead = 6;
/** An attempt has 15 s. */
const candidatesRead = 3;

interface Made {
  readonly listId: string;
  readonly name: string;
  readonly mark: string;
}

/**
 * The card of a delivery among those that were last put into a list, wherever they are now: one of the same name whose description bears the mark.
 * Names come first, since the descriptions of many cards would be too long to read.
 */
export async function findMadeCard(client: TrelloClient, { listId, name, mark }: Made): Promise<Card | null> {
  for (const card of await namesakes(client, listId, name)) {
    const answer = await client.ask(`cards/${card.id}?fields=desc`);
    if (answer.status === 404) continue;
    if (answer.status !== 200) throw client.refused(answer);
    if (answer.body.includes(mark)) return card;
  }
  return null;
}

async function namesakes(client: TrelloClient, listId: string, name: string): Promise<Card[]> {
  const found = new Map<string, Card>();
  for (let page = 0; page < pagesRead && found.size < candidatesRead; page += 1) {
    const path = `lists/${listId}/actions?filter=createCard&limit=${cardsOnPage}&page=${page}&${bareActions}`;
    const makings = understood("Trello", Makings, await client.expect(path));
    for (const { data } of makings) if (data.card?.name === name) found.set(data.card.id, data.card);
    if (makings.length < cardsOnPage) break;
  }
  return [...found.values()].slice(0, candidatesRead);
}
