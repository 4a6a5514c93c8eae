import { z } from "zod";

// What Trello answers (developer.atlassian.com, Trello REST API; read 2026-11), as far as it is needed. Ids become part of addresses, so they must look
// like what they are.

const CardId = z.string().regex(/^[0-9a-f]{24}$/);
const ShortLink = z.string().regex(/^[0-9A-Za-z]{6,20}$/);

export const Card = z.object({ id: CardId, idShort: z.int().min(0), shortLink: ShortLink });
export type Card = z.infer<typeof Card>;

export const CardState = z.object({ closed: z.boolean() });

/** That cards were made. One of a card that was deleted since does not name it any more. */
export const Makings = z.array(z.object({ data: z.object({ card: Card.extend({ name: z.string() }).nullable().catch(null).default(null) }) }));
