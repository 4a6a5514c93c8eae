import { z } from "zod";

/** RFC 5321, 4.5.3.1.3: a path, less the brackets around it. */
const maxLength = 254;
/** A dot-atom (RFC 5322, 3.2.3) of at most 64 characters (RFC 5321, 4.5.3.1.1). Quoted ones exist on paper only, and few servers take letters beyond ASCII. */
const localPart = /^(?=.{1,64}$)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
/** Labels of letters, digits and hyphens, two at least, of which the last is no number, as that of an IP address is. */
const domain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** What the parser of URLs would take for something else than a host's name, or drop. */
const notOfHosts = /[\s\p{Cc}/?#@:[\]\\%]/u;

/**
 * Somebody's e-mail address in the one form in which it is stored and compared: without spaces around it, in lower case, an international domain in
 * its ASCII form (`BÜCHER.example` is `xn--bcher-kva.example`).
 */
export const EmailAddress = z
  .string()
  .max(maxLength)
  .overwrite((text) => normaliseEmail(text) ?? "")
  .refine((text) => text !== "", "Give an e-mail address, such as ada@example.com")
  .describe("E-mail address; kept in lower case");

/** Null for what is no address. */
function normaliseEmail(text: string): string | null {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf("@");
  const local = trimmed.slice(0, Math.max(at, 0));
  const host = asciiHost(trimmed.slice(at + 1));
  if (!localPart.test(local) || host === null || !domain.test(host)) return null;
  const address = `${local.toLowerCase()}@${host}`;
  return address.length > maxLength ? null : address;
}

/** The WHATWG URL parser is the one implementation of UTS 46 that every runtime has. */
function asciiHost(host: string): string | null {
  return notOfHosts.test(host) ? null : (URL.parse(`http://${host}`)?.hostname ?? null);
}
