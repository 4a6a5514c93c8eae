import { type ApiClient, ApiProblem } from "../../client/index.ts";
import { CommandError } from "../errors.ts";

/** What signs the events that come, for as long as somebody listens. */
export interface Endpoint {
  readonly secret: string;
  /** Where the server sends to; absent for one that was there before, whose address is not asked for. */
  readonly made?: { readonly id: string; readonly url: string };
  /** Throws `CommandError`, which says what to do, when it is still there. */
  close(): Promise<void>;
}

interface Wanted {
  /** Absent for the receiver's own address. */
  readonly url: string | undefined;
  readonly events: readonly string[];
  readonly host: string;
  readonly port: number;
}

type Calls = Pick<ApiClient, "createWebhook" | "deleteWebhook">;

/** Makes an endpoint that sends to the receiver. Throws `CommandError` where the server does not send to its address. */
export async function makeEndpoint(client: Calls, { url, events, host, port }: Wanted): Promise<Endpoint> {
  const address = url ?? `http://${reached(host)}:${port}/`;
  const made = await client.createWebhook({ name: "mentha listen", kind: "http", url: address, events: [...events] }).catch((thrown: unknown) => {
    throw url === undefined && isAboutAddress(thrown) ? new CommandError(needsTunnel(address, port, thrown), { cause: thrown }) : thrown;
  });
  const { id, secret } = made;
  return { secret, made: { id, url: address }, close: () => remove(client, id) };
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

async function remove(client: Calls, id: string): Promise<void> {
  try {
    await client.deleteWebhook(id);
  } catch (thrown) {
    if (thrown instanceof ApiProblem && thrown.status === 404) return; // somebody else did
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
