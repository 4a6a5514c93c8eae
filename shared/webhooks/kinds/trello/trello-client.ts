import { secondMs } from "../../../platform/index.ts";
import type { StatusMeaning } from "../failed-by.ts";
import type { Answer, Ask, Asked, Shipment } from "../kind.ts";
import { refusal, StepError } from "../trackers/step-error.ts";

/** Trello counts requests over ten seconds and does not say how long to wait (developer.atlassian.com, Trello, Rate limits; read 2026-11). */
const limitedMs = 10 * secondMs;

const meanings: ReadonlyMap<number, StatusMeaning> = new Map<number, StatusMeaning>([
  [400, { says: "It does not take this card." }],
  [401, { says: "It does not accept the key and the token of this endpoint, or they may not do that there." }],
  [403, { says: "The token of this endpoint may not do that there." }],
  [404, { says: "Check that the list of this endpoint is still there, and that its token sees it." }],
]);

export interface TrelloClient {
  /** `path` below `/1/`. Any status is an answer. */
  ask(path: string, method?: Asked["method"], body?: object): Promise<Answer>;
  /** Throws a `StepError` for anything but 200. */
  expect(path: string, method?: Asked["method"], body?: object): Promise<Answer>;
  /** What ends the attempt at such an answer. */
  refused(answer: Answer): StepError;
}

/** Asks Trello as the endpoint's token. Key and token travel in a header alone: addresses are written into logs on the way. */
export function trelloClient({ target, now }: Shipment, ask: Ask, { key, token }: { readonly key: string; readonly token: string }): TrelloClient {
  const authorization = `OAuth oauth_consumer_key="${encodeURIComponent(key)}", oauth_token="${encodeURIComponent(token)}"`;
  const client: TrelloClient = {
    ask: (path, method = "GET", body) =>
      ask({
        url: new URL(`/1/${path}`, target.url).href,
        method,
        headers: { Authorization: authorization, Accept: "application/json", ...(body !== undefined && { "Content-Type": "application/json" }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    async expect(path, method, body) {
      const answer = await client.ask(path, method, body);
      if (answer.status !== 200) throw client.refused(answer);
      return answer;
    },
    refused(answer) {
      const refused = refusal("Trello", answer, now, meanings.get(answer.status));
      return answer.status === 429 ? new StepError({ retryAfterMs: limitedMs, ...refused.verdict }) : refused;
    },
  };
  return client;
}
