import { newId, type StoredEvent } from "../../platform/index.ts";
import { auditEntries } from "./audits.ts";
import { endpointEntries } from "./endpoints.ts";
import type { CatalogueEntry, PresentDeps, StoredData, StoredOf, StoredPublicEvent } from "./entry.ts";
import { findingEntries } from "./findings.ts";
import { operationEntries } from "./operations.ts";
import { peopleEntries } from "./people.ts";
import { type PublicEvent, type PublicEventType, publicEventTypes } from "./public-event.ts";
import { regressionEntries } from "./regressions.ts";
import { reportEntries } from "./reports.ts";

/** Every event that other systems may get: what it says, when it happens, how bad that is and what it is about. */
export const catalogue = {
  ...auditEntries,
  ...regressionEntries,
  ...reportEntries,
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

function storedSubject<T extends PublicEventType>({ type, data }: { readonly type: T; readonly data: StoredData[T] }): string {
  return entryOf(type).subjectOf(data);
}

/**
 * An event as other systems get it, with the origin of the site that it is about (null for none).
 * @param at when it happened, ms since 1970
 * @returns null for one that is not for them, and where there is nothing to tell any more
 */
export async function present(deps: PresentDeps, event: StoredEvent, at: number): Promise<(SubjectedEvent & { readonly origin: string | null }) | null> {
  if (!isPublic(event)) return null;
  const presented = await read(deps, event);
  if (presented === null) return null;
  const { id, workspaceId, type } = event;
  const { data, origin } = presented;
  return { event: toPublic(type, { id, workspaceId, data }, at), subject: storedSubject(event), origin };
}

function read<T extends PublicEventType>(deps: PresentDeps, event: StoredOf<T>) {
  const type: T = event.type;
  return entryOf(type).present(deps, event);
}

/** When the events of the examples happen: some moment. */
const exampleAt = Date.UTC(2026, 10, 22, 9, 0, 44, 800);

/** What an event of a type looks like: the same each time. */
export function exampleOf(type: PublicEventType): PublicEvent {
  const ids = { id: "evt_01kaq3v8e0000000000000000e", workspaceId: "wsp_01kaq3v8e00000000000000000" };
  return toPublic(type, { ...ids, data: entries[type].example }, exampleAt);
}

/** An event as it might happen, for whoever tries out an endpoint. */
export function sampleOf<T extends PublicEventType>(type: T, workspaceId: string, now: number): SubjectedEvent {
  const { example, subjectOf } = entryOf(type);
  return { event: toPublic(type, { id: newId("event", now), workspaceId, data: example }, now), subject: subjectOf(example) };
}

function toPublic(type: PublicEventType, { id, workspaceId, data }: Pick<PublicEvent, "id" | "workspaceId" | "data">, at: number): PublicEvent {
  return { id, type, version: entries[type].version, timestamp: new Date(at).toISOString(), workspaceId, data };
}

/** Names that stand for several types. */
export const aliases = {
  analysis_complete: ["audit.completed"],
  error: ["audit.failed", "job.failed", "webhook.disabled"],
  warning: ["audit.regressed", "finding.opened", "limit.reached", "webhook.failing"],
  "*": publicEventTypes,
} as const satisfies Readonly<Record<string, readonly PublicEventType[]>>;
type Alias = keyof typeof aliases;
const isAlias = (name: string): name is Alias => Object.hasOwn(aliases, name);

/** The types that are meant by names of types and aliases. A type that there is no more means nothing. */
export function expandTypes(given: readonly string[]): ReadonlySet<PublicEventType> {
  return new Set(given.flatMap((name): readonly PublicEventType[] => (isAlias(name) ? aliases[name] : publicEventTypes.filter((type) => type === name))));
}
