import { z } from "zod";
import { shownEntry } from "./shown-entry.ts";

/** What browsers never send over a wire that others can read. */
const loopbackHosts: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** An origin exactly as a browser writes it in `Origin`, with https outside this computer. */
function isOrigin(text: string): boolean {
  const url = text.includes("*") ? null : URL.parse(text); // a host may have one, by the letter of the URL standard
  return url !== null && url.origin === text && (url.protocol === "https:" || (url.protocol === "http:" && loopbackHosts.has(url.hostname)));
}

const form = "origins such as https://app.example.com, separated by commas: no `*`, no path, no slash at the end, and https outside this computer";

/** `CORS_ORIGINS`: origins with commas between, none when absent. Neither `*` nor a pattern: each is named. */
export const CorsOrigins = z
  .string({ error: "must be text" })
  .default("")
  .transform((text, ctx): ReadonlySet<string> => {
    const origins = text.split(",").flatMap((entry) => entry.trim() || []);
    const wrong = origins.find((origin) => !isOrigin(origin));
    if (wrong !== undefined) ctx.addIssue({ code: "custom", message: `has "${shownEntry(wrong)}", but must be ${form}` });
    return new Set(origins);
  });
