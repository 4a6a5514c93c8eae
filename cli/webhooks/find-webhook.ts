import type { ApiClient } from "../../client/index.ts";
import { idPattern } from "../../shared/platform/index.ts";
import { UsageError } from "../errors.ts";

const webhookId = idPattern("webhook");

/** Id of the endpoint that somebody means by its id or its name. Throws `UsageError`, which lists those that could be meant. */
export async function webhookNamed(client: Pick<ApiClient, "listWebhooks">, typed: string): Promise<string> {
  if (webhookId.test(typed)) return typed;
  const found: string[] = [];
  for await (const { id, name } of client.listWebhooks()) if (name?.toLowerCase() === typed.toLowerCase()) found.push(id);
  const [one, another] = found;
  if (one === undefined) throw new UsageError(`There is no endpoint with the name "${typed}"; mentha webhooks list shows them`);
  if (another !== undefined) throw new UsageError([`Several endpoints have the name "${typed}". Give an id:`, ...found.map((id) => `  ${id}`)].join("\n"));
  return one;
}
