import { z } from "zod";
import { printableJson } from "../../shared/platform/index.ts";
import { composeMessage, PublicEvent } from "../../shared/webhooks/index.ts";
import { clip } from "../clip.ts";
import type { Arrival } from "./receiver.ts";

/** One delivery of which it is proven that the endpoint was sent it. */
export interface Heard {
  readonly arrival: Arrival;
  /** When it came, in ms since 1970. */
  readonly at: number;
  /** Whether the same delivery came before. */
  readonly isRepeated: boolean;
  /** What it was answered with. */
  readonly status: number;
}

/** An event of a type that this version does not know, from a server of a later one. */
const LaterEvent = z.object({ type: z.string(), timestamp: z.string(), data: z.record(z.string(), z.unknown()) });

const mostOfTime = 24;
const mostOfType = 40;
/** In characters, of everything that an event is about, and of each value in that. */
const mostOfAbout = 160;
const mostOfValue = 60;
/** Wide enough for the types that there are, so that what they are about begins in one column. */
const typeWidth = 20;

/** For programs, on one line. */
export const eventJson = ({ arrival, at, isRepeated, status }: Heard): string =>
  printableJson({ deliveryId: deliveryIdOf(arrival), receivedAt: at, isRepeated, status, event: bodyOf(arrival) }, 0);

/** For people, on one line: when it happened, what, what it is about, and which delivery it is. */
export function eventText({ arrival, at, isRepeated, status }: Heard): string {
  const { timestamp, type, about } = told(bodyOf(arrival)) ?? { timestamp: new Date(at).toISOString(), type: "(template)", about: arrival.body.toString() };
  return [
    clip(timestamp, mostOfTime),
    clip(type, mostOfType).padEnd(typeWidth),
    clip(about, mostOfAbout),
    clip(`(${deliveryIdOf(arrival)}${isRepeated ? ", again" : ""})`, mostOfValue),
    `→ ${status}`,
  ].join("  ");
}

const deliveryIdOf = ({ headers }: Arrival): string => headers["webhook-id"] ?? "";

/** As text where it is not JSON. */
function bodyOf({ body }: Arrival): unknown {
  const text = body.toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Null for what is no event: a template may have made anything of it. */
function told(body: unknown): { readonly timestamp: string; readonly type: string; readonly about: string } | null {
  const known = PublicEvent.safeParse(body);
  if (known.success) return { ...known.data, about: composeMessage(known.data, "en", "").title };
  const later = LaterEvent.safeParse(body);
  return later.success ? { ...later.data, about: valuesIn(later.data.data) } : null;
}

/** The texts and numbers in an event's data, with their names. */
const valuesIn = (data: Readonly<Record<string, unknown>>): string =>
  Object.entries(data)
    .flatMap(([name, value]) => (typeof value === "string" || typeof value === "number" ? [`${name} ${clip(String(value), mostOfValue)}`] : []))
    .join(", ");
