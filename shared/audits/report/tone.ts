export type Tone = "good" | "fair" | "poor" | "none";

/** How a score reads. The limits are Lighthouse's (developer.chrome.com/docs/lighthouse/performance/performance-scoring), which people know. */
export function toneOf(score: number | null | undefined): Tone {
  if (score === null || score === undefined) return "none";
  if (score >= 90) return "good";
  return score >= 50 ? "fair" : "poor";
}
