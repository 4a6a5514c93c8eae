import { parseHostPort } from "../shared/platform/egress/index.ts";

/** The variable says something that is no list of addresses; shown without a stack. */
export class EgressAllowError extends Error {}

/**
 * `EGRESS_ALLOW` for a Worker on this computer: the computer's own sites, and the `host:port` pairs of the environment variable.
 * Throws `EgressAllowError` here, where a person reads it; the Worker could only refuse every request.
 */
export function egressAllow(text: string | undefined): string {
  const entries = (text ?? "").split(",").flatMap((entry) => entry.trim() || []);
  const pairs = entries.filter((entry) => entry !== "loopback");
  const wrong = pairs.find((pair) => parseHostPort(pair) === null);
  if (wrong !== undefined) {
    throw new EgressAllowError(`EGRESS_ALLOW names "${wrong}". Write host:port pairs such as 10.0.0.5:8080, with commas between them.`);
  }
  return ["loopback", ...pairs].join(",");
}
