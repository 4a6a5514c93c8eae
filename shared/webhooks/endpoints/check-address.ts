import { AppError, type Context, checkUrl, type FieldError, hostOf } from "../../platform/index.ts";
import { kindSettings } from "../kinds/settings.ts";
import type { WebhookKind } from "../webhook-kind.ts";
import { problemAt } from "./field-problems.ts";

/**
 * A given address in its one spelling, without a fragment. What is wrong with it by the rules of the kind is added to the problems.
 * @throws AppError `egress_refused` for what no request may go to, such as a private address
 */
export function checkAddress(
  { egress, environment }: Pick<Context, "egress" | "environment">,
  kind: WebhookKind,
  given: string,
  problems: FieldError[],
): URL | undefined {
  const { address, refuses } = kindSettings[kind];
  const refuse = (message: string): undefined => void problems.push(problemAt("url", message));
  if (address !== "given") return refuse(`Leave the address out: what is of the kind ${kind} goes to ${address}.`);
  if (!URL.canParse(given)) return refuse("Give a complete address that starts with https://, such as https://example.com/hooks");
  const url = new URL(admitted(given, egress));
  url.hash = "";
  url.hostname = hostOf(url);
  if (environment === "production" && url.protocol !== "https:")
    return refuse("Give an address that starts with https://: what is sent must not be readable on its way.");
  const why = refuses(url, environment === "production");
  return why === null ? url : refuse(why);
}

function admitted(given: string, egress: Context["egress"]): URL {
  try {
    return checkUrl(given, egress);
  } catch (error) {
    const { code, message } = AppError.from(error);
    throw new AppError(code, message, { cause: error, errors: [problemAt("url", message)] });
  }
}

/** The address of a kind that has one of its own; null where people give it. */
export function ownAddress(kind: WebhookKind): URL | null {
  const { address } = kindSettings[kind];
  return address === "given" ? null : new URL(address);
}
