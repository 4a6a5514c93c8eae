import { discard, type EgressResponse } from "../../platform/index.ts";

/** 20 KB of an answer are kept. */
const maxBodyBytes = 20 * 1_024;
const maxHeaders = 50;
const maxHeaderCharacters = 8 * 1_024;

/**
 * The first 20 KB of a body as text, which is told as it comes, so that what came of one that breaks off is known too. What is longer, or never ends, is
 * let go of.
 */
export async function readStart(body: EgressResponse["body"], tell: (text: string) => void): Promise<void> {
  if (body === null) return;
  const decoder = new TextDecoder();
  let text = "";
  let left = maxBodyBytes;
  for (let piece = await body.read(); piece !== null; piece = await body.read()) {
    // A character that the limit cuts in two is left out.
    text += decoder.decode(piece.subarray(0, left), { stream: true });
    left -= Math.min(left, piece.byteLength);
    tell(storable(text));
    if (left === 0) return discard({ body });
  }
  tell(storable(text + decoder.decode()));
}

/** SQLite takes a text to end at a NUL. */
const storable = (text: string): string => text.replaceAll("\0", "\u{fffd}");

/** The headers of an answer, as they are kept: without cookies, which are nobody's but the sender's, and not endlessly many. */
export function keptHeaders(headers: Headers): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  let left = maxHeaderCharacters;
  for (const [name, value] of [...headers].filter(([each]) => each !== "set-cookie" && each !== "set-cookie2").slice(0, maxHeaders)) {
    left -= name.length + value.length;
    if (left < 0) break;
    kept[name] = storable(value);
  }
  return kept;
}
