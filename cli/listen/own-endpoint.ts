import { type ApiClient, ApiProblem } from "../../client/index.ts";
import type { Webhook } from "../../shared/webhooks/index.ts";
import { CommandError } from "../errors.ts";
import { lineOf, namesakes } from "../webhooks/find-webhook.ts";
import { withAdvice } from "../webhooks/refusals.ts";

/** By which an endpoint is known that was left behind. */
const ownName = "mentha listen";

/** What signs the events that come, for as long as somebody listens. */
export interface Endpoint {
  readonly secret: string;
  /** Where the server sends to; absent for one that was there before, whose address is not asked for. */
  readonly made?: { readonly id: string; readonly url: string };
  /** What else to know of, in whole lines: others that were made to listen, and are still there. */
  readonly note?: string;
  /** Says what became of it, if anything. Throws `CommandError`, which says what to do, when it is still there. */
  close(): Promise<string | undefined>;
}

interface Wanted {
  /** Absent for the receiver's own address. */
  readonly url: string | undefined;
  readonly events: readonly string[];
  readonly host: string;
  readonly port: number;
}

type Calls = Pick<ApiClient, "createWebhook" | "deleteWebhook" | "listWebhooks">;

/** Makes an endpoint that sends to the receiver. Throws `CommandError` where the server does not send to its address. */
export async function makeEndpoint(client: Calls, { url, events, host, port }: Wanted): Promise<Endpoint> {
  const address = url ?? `http://${reached(host)}:${port}/`;
  const note = leftBehind(await namesakes(client, ownName));
  const { id, secret } = await withAdvice({ kind: "http", isNew: true }, () =>
    client.createWebhook({ name: ownName, kind: "http", url: address, events: [...events] }).catch((thrown: unknown) => {
      throw url === undefined && isAboutAddress(thrown) ? new CommandError(needsTunnel(address, port, thrown), { cause: thrown }) : thrown;
    }),
  );
  return { secret, made: { id, url: address }, ...(note === undefined ? {} : { note }), close: () => remove(client, id) };
}

/** What to do about endpoints that nobody deleted, as after a computer was switched off; undefined where there are none. */
function leftBehind(others: readonly Pick<Webhook, "id" | "url">[]): string | undefined {
  const [first] = others;
  if (first === undefined) return undefined;
  return [
    `There ${others.length === 1 ? "is another endpoint" : `are ${others.length} other endpoints`} with the name "${ownName}", to which the server sends too:`,
    ...others.map(lineOf),
    `Where nobody listens any more, delete it: npx mentha webhooks delete ${first.id}`,
  ].join("\n");
}

/** Whether a server refused the address that it was to send to. */
const isAboutAddress = (thrown: unknown): thrown is ApiProblem =>
  thrown instanceof ApiProblem && (thrown.code === "egress_refused" || thrown.errors.some(({ path }) => path === "body.url"));

function needsTunnel(address: string, port: number, { detail, errors }: ApiProblem): string {
  const why = errors.find(({ path }) => path === "body.url")?.message ?? detail;
  return [
    `The server does not send to ${address}: ${why}`,
    `The address must be one that the internet reaches. Open a tunnel to port ${port} of this computer, and give its address: --url https://…`,
  ].join("\n");
}

async function remove(client: Calls, id: string): Promise<string> {
  try {
    await client.deleteWebhook(id);
    return "Deleted the endpoint.";
  } catch (thrown) {
    if (thrown instanceof ApiProblem && thrown.status === 404) return "Somebody else deleted the endpoint.";
    const why = thrown instanceof ApiProblem ? thrown.detail : thrown instanceof Error ? thrown.message : String(thrown);
    throw new CommandError(
      `The endpoint ${id} could not be deleted, and the server goes on sending to it: ${why}\nDelete it: npx mentha webhooks delete ${id}`,
      {
        cause: thrown,
      },
    );
  }
}

/** Who listens at all addresses is reached at one of them. */
function reached(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
