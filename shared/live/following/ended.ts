import { hasEnded } from "../../audits/index.ts";
import type { LiveEvent, TopicMessage } from "../messages.ts";

/** Ends that are remembered; far more than there are messages on their way at one time. */
const maxRemembered = 1_000;

/** Remembers what has ended, so that nothing older is told of it afterwards: publishers do not wait for each other. */
export interface Ended {
  /** Whether a message may still be told; one that tells of an end is remembered. */
  admits(topicKey: string, message: Pick<TopicMessage, "at" | "event">): boolean;
}

export function createEnded(): Ended {
  const ends = new Map<string, number>();
  const remember = (name: string, at: number): void => {
    ends.delete(name);
    ends.set(name, at);
    const [oldest] = ends.keys();
    if (ends.size > maxRemembered && oldest !== undefined) ends.delete(oldest);
  };
  return {
    admits(topicKey, { at, event }) {
      const thing = thingOf(event);
      if (thing === null) return true;
      const name = `${topicKey} ${thing}`;
      if (isEnd(event)) remember(name, at);
      // A job that failed may be tried again, so it depends on when that was said; an audit never goes on.
      else if (ends.has(name) && (event.type !== "job.changed" || at <= (ends.get(name) ?? 0))) return false;
      return true;
    },
  };
}

function thingOf(event: LiveEvent): string | null {
  if (event.type === "job.changed") return event.jobId;
  return event.type === "audit.progress" || event.type === "audit.changed" ? event.auditId : null;
}

function isEnd(event: LiveEvent): boolean {
  if (event.type === "job.changed") return event.state === "succeeded" || event.state === "failed";
  return event.type === "audit.changed" && (event.status === "deleted" || hasEnded(event.status));
}
