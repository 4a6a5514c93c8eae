import { z } from "zod";
import type { MetricsDelta } from "./delta.ts";

/** Which deltas of one isolate have arrived: all up to the highest, but for those that are missing. */
export const Seen = z.object({ highest: z.int(), missing: z.array(z.int()) });
export type Seen = z.infer<typeof Seen>;

/** So many deltas may arrive late; an isolate holds back far fewer. */
const mostMissing = 64;

/** With this one as well; null when it had arrived before. */
export function see({ highest, missing }: Seen, { seq }: Pick<MetricsDelta, "seq">): Seen | null {
  if (seq <= highest) return missing.includes(seq) ? { highest, missing: missing.filter((each) => each !== seq) } : null;
  const first = Math.max(highest + 1, seq - mostMissing);
  const skipped = Array.from({ length: seq - first }, (_, at) => first + at);
  return { highest: seq, missing: [...missing, ...skipped].slice(-mostMissing) };
}

export const nothingSeen: Seen = { highest: 0, missing: [] };
