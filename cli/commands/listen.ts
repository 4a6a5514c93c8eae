import type { ExitCode } from "../exit-codes.ts";
import { describeFlags, parseFlags } from "../flags.ts";
import { listen } from "../listen/listen.ts";
import { answerFlags, listenFlags, listenTaskOf } from "../listen/listen-options.ts";
import { makeEndpoint } from "../listen/own-endpoint.ts";
import { findAccount } from "../sign-in/account.ts";
import { accountFlags, accountOptionsOf } from "../sign-in/account-flags.ts";
import { asAccount } from "../sign-in/refusals.ts";
import type { Terminal } from "../terminal.ts";

export const help = `mentha listen: receives webhooks on this computer, checks their signatures and prints them

Usage
  mentha listen [options]
  mentha listen --secret whsec_… [options]

It makes an endpoint that sends to this computer, and deletes it at the end: at Ctrl-C, or when the terminal is closed. Only a server on
this computer reaches it just so. For another one, open a tunnel to the port and give its address with --url.

Where to listen, and to what
${describeFlags(listenFlags)}

What to do with what comes
${describeFlags(answerFlags)}

Options
${describeFlags(accountFlags)}

Exit codes
  0    it ran until Ctrl-C, or until the terminal was closed
  2    the command line is wrong, you are not signed in, or may not make endpoints
  3    it could not listen, or the endpoint could not be made or deleted

Examples
  mentha listen
  mentha listen --events audit.completed,audit.failed --json
  mentha listen --url https://shop.tunnel.example/ --forward http://localhost:3000/hooks
  mentha listen --answer 500
`;

/** `mentha listen`: a receiver of webhooks on this computer. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const given = parseFlags(args, { ...listenFlags, ...answerFlags, ...accountFlags });
  const { endpoint, ...task } = listenTaskOf(given, terminal.env);
  const output = { asJson: given.has("json"), terminal };
  if ("secret" in endpoint) return listen(task, output, async () => ({ secret: endpoint.secret, close: async () => undefined }));
  const account = await findAccount(accountOptionsOf(given), terminal.env);
  return asAccount(account, terminal, (client) => listen(task, output, (port) => makeEndpoint(client, { ...endpoint, host: task.host, port })));
}
