import { describe, expect, it } from "vitest";
import { Card, Makings } from "../../../../../../shared/webhooks/kinds/trello/trello-answers.ts";

const card = { id: "5abbe4b7ddc1b351ef961414", idShort: 12, shortLink: "Abc12345" };

describe("what Trello says that it made", () => {
  it.each([
    [{}, true],
    [{ id: "../members/me" }, false],
    [{ id: "5abbe4b7ddc1b351ef961414?" }, false],
    [{ shortLink: "../login" }, false],
    [{ idShort: "12" }, false],
  ])("with %j can become part of an address: %s", (changes, expected) => {
    expect(Card.safeParse({ ...card, ...changes }).success).toBe(expected);
  });

  it("is read although some of it was deleted since", () => {
    const given = [{ data: { card: { id: card.id } } }, { data: {} }, { data: { card: { ...card, name: "Shop" } } }];
    expect(Makings.parse(given).map(({ data }) => data.card?.name ?? null)).toEqual([null, null, "Shop"]);
  });
});
