import type { EventTypes } from "../../shared/webhooks/index.ts";
import { listing } from "../table.ts";

/** Types of events with when they happen, and the names that stand for several of them. */
export function eventList({ items, aliases }: EventTypes): string {
  const types = listing(items.map(({ type, description }) => [type, description]));
  if (aliases.length === 0) return types;
  const every = (names: readonly string[]): string => (names.length === items.length ? "every type" : names.join(", "));
  return `${types}\nNames for several\n${listing(aliases.map(({ name, types: meant }) => [name, every(meant)]))}`;
}
