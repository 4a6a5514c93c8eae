import type { z } from "zod";
import type { Database } from "../../db/client.ts";
import type { Language, StoredEvent } from "../../platform/index.ts";
import type { PublicEventType, Severity } from "./public-event.ts";

/** What an event is read from; `db` holds the workspace's own things. */
export interface PresentDeps {
  readonly db: Database;
  readonly directory: Database;
}

/** A stored event that is for other systems too. */
export type StoredPublicEvent = Extract<StoredEvent, { type: PublicEventType }>;
export type StoredOf<T extends PublicEventType> = Extract<StoredPublicEvent, { type: T }>;
/** What is stored of each. */
export type StoredData = { readonly [T in PublicEventType]: StoredOf<T>["data"] };

type Data = z.ZodType<Readonly<Record<string, unknown>>>;

/** An event's data, and the origin of the site that it is about; null for one that is about no site. */
export interface Presented<D> {
  readonly data: D;
  readonly origin: string | null;
}

/** An event as other systems get it. */
export interface CatalogueEntry<T extends PublicEventType, D extends Data = Data> {
  /** Of the shape of `data`: raised when a field goes or changes its meaning, not when one is added. */
  readonly version: number;
  readonly data: D;
  /** It has what is stored of such an event as well, from which its subject is made. */
  readonly example: z.infer<D> & StoredData[T];
  /** When it happens, in a sentence or two. */
  readonly description: Readonly<Record<Language, string>>;
  readonly severity: Severity;
  /** What it is about, by its stored data: known before anything is read. */
  subjectOf(data: StoredData[T]): string;
  /** What it says, as things stand; null when there is nothing to tell any more, as of an audit that was deleted. */
  present(deps: PresentDeps, event: StoredOf<T>): Promise<Presented<z.infer<D>> | null>;
}

/** Lets the types of an entry follow from its name and its schema. */
export const entry = <T extends PublicEventType, D extends Data>(_type: T, described: CatalogueEntry<NoInfer<T>, D>): CatalogueEntry<T, D> => described;
