import { newId, type StoredEvent } from "../../platform/index.ts";
import { auditEntries } from "./audits.ts";
import { endpointEntries } from "./endpoints.ts";
import type { CatalogueEntry, PresentDeps, StoredOf, StoredPublicEvent } from "./entry.ts";
import { findingEntries } from "./findings.ts";
import { operationEntries } from "./operation.ts";
import { peopleEntries } from "./people.ts";
import { type PublicEvent, type PublicEventType, publicEventTypes } from "./public-event.ts";

/** Every event that other systems may get: what it says, when it happens, how bad that is and what it is about. */
export const catalogue = {
  ...auditEntries,
  ...findingEntries,
  ...operationEntries,
  ...peopleEntries,
  ...endpointEntries,
} as const satisfies { readonly [T in PublicEventType]: CatalogueEntry<T> };

const entryOf = <T extends PublicEventType>(type: T): CatalogueEntry<T> => entries[type];
const entries: { readonly [T in PublicEventType]: CatalogueEntry<T> } = catalogue;

/** An event, and what it is about, such as `audit:aud_…`. */
export interface SubjectedEvent {
  readonly event: PublicEvent;
  readonly subject: string;
}

const names: ReadonlySet<string> = new Set(publicEventTypes);
const isPublic = (event: StoredEvent): event is StoredPublicEvent => names.has(event.type);

/** What a stored event is about; null for one that is not for other systems. */
export function subjectOfStored(event: StoredEvent): string | null {
  return isPublic(event) ? storedSubject(event) : null;
}

function storedSubject<T extends PublicEventType>(event: StoredOf<T>): string {
  const type: T = event.type;
  return entryOf(type).subjectOfStored(event);
}

/**
 * An event as other systems get it, with the origin of the site that it is about (null for none).
 * @param at when it happened, ms since 1970
 * @returns null for one that is not for them, and where there is nothing to tell any more
 */
export async function present(deps: PresentDeps, event: StoredEvent, at: number): Promise<(SubjectedEvent & { readonly origin: string | null }) | null> {
  return isPublic(event) ? presentPublic(deps, event, at) : null;
}

async function presentPublic<T extends PublicEventType>(deps: PresentDeps, event: StoredOf<T>, at: number) {
  const type: T = event.type;
  const presented = await entryOf(type).present(deps, event);
  if (presented === null) return null;
  const { data, origin } = presented;
  return { ...subjected(type, { id: event.id, workspaceId: event.workspaceId, data }, at), origin };
}

/** When the events of the examples happen: some moment. */
const exampleAt = Date.UTC(2026, 10, 22, 9, 0, 44, 800);

/** What an event of a type looks like: the same each time. */
export function exampleOf(type: PublicEventType): PublicEvent {
  const ids = { id: "evt_01kaq3v8e0000000000000000e", workspaceId: "wsp_01kaq3v8e00000000000000000" };
  return subjected(type, { ...ids, data: entries[type].example }, exampleAt).event;
}

/** An event as it might happen, for whoever tries out an endpoint. */
export function sampleOf(type: PublicEventType, workspaceId: string, now: number): SubjectedEvent {
  return subjected(type, { id: newId("event", now), workspaceId, data: entries[type].example }, now);
}

function subjected(type: PublicEventType, told: Pick<PublicEvent, "id" | "workspaceId" | "data">, at: number): SubjectedEvent {
  const { id, workspaceId, data } = told;
  const { version, subjectOf } = entries[type];
  return { event: { id, type, version, timestamp: new Date(at).toISOString(), workspaceId, data }, subject: subjectOf(data) };
}

/** Names that stand for several types. */
export const aliases = {
  analysis_complete: ["audit.completed"],
  error: ["audit.failed", "job.failed", "webhook.disabled"],
  warning: ["finding.opened", "limit.reached", "webhook.failing"],
  "*": publicEventTypes,
} as const satisfies Readonly<Record<string, readonly PublicEventType[]>>;
type Alias = keyof typeof aliases;
const isAlias = (name: string): name is Alias => Object.hasOwn(aliases, name);

/** The types that are meant by names of types and aliases. A type that there is no more means nothing. */
export function expandTypes(given: readonly string[]): ReadonlySet<PublicEventType> {
  return new Set(given.flatMap((name): readonly PublicEventType[] => (isAlias(name) ? aliases[name] : publicEventTypes.filter((type) => type === name))));
}
