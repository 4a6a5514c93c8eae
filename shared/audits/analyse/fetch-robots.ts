import { AppError, discard, minuteMs, retryAfterMs } from "../../platform/index.ts";
import type { CrawlTask } from "../crawl/messages.ts";
import type { RobotsReport } from "../crawl/task-report.ts";
import type { RobotsFacts } from "../facts/site-facts.ts";
import { decodeRobots, maxRobotsBytes, parseRobots, robotsProblems } from "../robots/index.ts";
import type { FetchLimits, Get } from "./get.ts";

/** RFC 9309, 2.3.1.2: at least five redirects are followed. Twenty times the size that counts is read, to be able to say how big it is. */
const limits: FetchLimits = { timeoutMs: minuteMs / 4, maxBytes: 20 * maxRobotsBytes, maxRedirects: 5 };

/**
 * As JSON the file goes into one row of SQLite in a Durable Object, which takes 2 MB. Only a file of control characters and broken bytes
 * gets there (six characters of JSON for one); what it says stands in its beginning or nowhere.
 */
const maxJsonCharacters = 1_050_000;

/** Fetches a robots.txt. 4xx means there is none, 5xx and 429 that nothing may be fetched (RFC 9309, 2.3.1.3 and 2.3.1.4). */
export async function fetchRobots(task: CrawlTask, get: Get, now: () => number): Promise<RobotsReport> {
  const { id, attempt, url } = task;
  const base = { origin: new URL(url).origin, url, bytes: 0, body: "", problems: [] };
  const report = (facts: RobotsFacts, retry: RobotsReport["retry"] = null): RobotsReport => ({ kind: "robots", id, attempt, facts, retry });
  try {
    const response = await get(url, limits);
    const { status } = response;
    if (status === 429 || status >= 500) {
      discard(response);
      return report({ ...base, outcome: "unreachable", status }, { afterMs: retryAfterMs(response.headers, now()) });
    }
    if (status < 200 || status >= 300) {
      discard(response);
      return report({ ...base, outcome: "absent", status });
    }
    const { bytes, text } = response.body === null ? { bytes: 0, text: "" } : await readStart(response.body);
    return report({ ...base, outcome: "found", status, bytes, body: text, problems: robotsProblems(parseRobots(text)).slice(0, 100) });
  } catch (cause) {
    const error = AppError.from(cause);
    // Google treats a redirect chain without an end as "no robots.txt", since no server said otherwise.
    if (error.code === "too_many_redirects" || error.code === "egress_refused") return report({ ...base, outcome: "absent", status: null });
    return report({ ...base, outcome: "unreachable", status: null }, { afterMs: null });
  }
}

/** The part that counts, as text, and how many bytes there are in all (as far as we read). */
async function readStart(body: AsyncIterable<Uint8Array>): Promise<{ bytes: number; text: string }> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      if (bytes < maxRobotsBytes) chunks.push(chunk.slice(0, maxRobotsBytes - bytes));
      bytes += chunk.length;
    }
  } catch (error) {
    if (AppError.from(error).code !== "upstream_too_large") throw error;
  }
  const text = decodeRobots(await new Blob(chunks).bytes());
  return { bytes, text: JSON.stringify(text).length > maxJsonCharacters ? text.slice(0, maxJsonCharacters / 6) : text };
}
