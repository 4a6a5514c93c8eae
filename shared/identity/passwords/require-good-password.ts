import { AppError } from "../../platform/index.ts";
import { isEasyToGuess } from "./easy-to-guess.ts";

/** OWASP ASVS 5.0 asks for 8 at least and recommends 15 (6.2.1); what signs there are is nobody's business (6.2.5), and long ones are welcome (6.2.9). */
const shortest = 12;
const longest = 256;

/**
 * Refuses a password that is easy to guess. `about` is what an attacker may know of the person: address, name, workspace.
 * @throws AppError `invalid`, at `path`
 */
export function requireGoodPassword(password: string, about: readonly string[], path = "body.password"): void {
  const refusal = (message: string) => new AppError("invalid", "This password will not do; `errors` says why.", { errors: [{ path, message }] });
  const text = password.normalize("NFKC");
  const { length } = Array.from(text);
  if (length < shortest) throw refusal(`Use at least ${shortest} characters. A few words that have nothing to do with each other are easy to remember`);
  if (length > longest) throw refusal(`Use at most ${longest} characters`);
  if (isEasyToGuess(text, about)) {
    throw refusal("This is among the first that somebody would guess: a common password, or little more than a name, an address or a row of characters");
  }
}
