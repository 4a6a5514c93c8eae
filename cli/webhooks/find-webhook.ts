import { type ApiClient, ApiProblem } from "../../client/index.ts";
import { idPattern } from "../../shared/platform/index.ts";
import type { Webhook } from "../../shared/webhooks/index.ts";
import { clip } from "../clip.ts";
import { UsageError } from "../errors.ts";

const webhookId = idPattern("webhook");
const mostOfUrl = 60;

type Calls = Pick<ApiClient, "listWebhooks">;

/** Id of the endpoint that somebody means by its id or its name. Throws `UsageError`, which lists those that could be meant. */
export async function webhookNamed(client: Calls, typed: string): Promise<string> {
  if (webhookId.test(typed)) return typed;
  const found = await withName(client, typed);
  const [one, another] = found;
  if (one === undefined) throw new UsageError(`There is no endpoint with the name "${typed}"; mentha webhooks list shows them`);
  if (another !== undefined) throw new UsageError([`Several endpoints have the name "${typed}". Give an id:`, ...found.map(lineOf)].join("\n"));
  return one.id;
}

/** An endpoint as somebody typed it, and its id where that is another thing. */
export const asTyped = (typed: string, id: string): string => (typed === id ? id : `"${typed}" (${id})`);

/** Which one it is, on a line of a list. */
export const lineOf = ({ id, url }: Pick<Webhook, "id" | "url">): string => `  ${id}  ${clip(url, mostOfUrl)}`;

/** Endpoints of a name, newest first; upper and lower case are the same. */
async function withName(client: Calls, wanted: string): Promise<Webhook[]> {
  const found: Webhook[] = [];
  for await (const webhook of client.listWebhooks()) if (webhook.name?.toLowerCase() === wanted.toLowerCase()) found.push(webhook);
  return found;
}

/** As `withName`, for what is only said beside something else: none where the server does not tell, as to a key that may not list them. */
export async function namesakes(client: Calls, name: string): Promise<readonly Webhook[]> {
  try {
    return await withName(client, name);
  } catch (thrown) {
    if (thrown instanceof ApiProblem) return [];
    throw thrown;
  }
}

/** That other endpoints have a name too, which then means none of them; undefined where none has. */
export async function namesakesNote(client: Calls, name: string | null | undefined, ownId?: string): Promise<string | undefined> {
  if (typeof name !== "string") return undefined;
  const others = (await namesakes(client, name)).filter(({ id }) => id !== ownId);
  if (others.length === 0) return undefined;
  return [`There was already an endpoint with the name "${name}", so only ids tell them apart:`, ...others.map(lineOf)].join("\n");
}
