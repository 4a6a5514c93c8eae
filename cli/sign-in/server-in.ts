import { refuseCredentials, refuseUnencrypted, serverAddressOf } from "../address.ts";
import { UsageError } from "../errors.ts";

/** The address of the server that stands alone behind a command whose secrets are asked for. Throws `UsageError`; `missing` is what it says when there is none. */
export function serverIn(positionals: readonly string[], missing: string): string {
  for (const typed of positionals) refuseCredentials(typed, "Leave user and password out of the address; they are asked for.");
  const [address, extra] = positionals;
  if (address === undefined) throw new UsageError(missing);
  // What follows the address may be a secret; it is not repeated.
  if (extra !== undefined) throw new UsageError("Give an address and nothing behind it. A password or a key is asked for, or read from standard input.");
  const server = serverAddressOf(address);
  refuseUnencrypted(server);
  return server;
}
