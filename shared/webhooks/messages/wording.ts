import type { z } from "zod";
import type { Numbers, RuleInfo } from "../../audits/index.ts";
import type { catalogue } from "../catalogue/catalogue.ts";
import type { PublicEventType, Severity } from "../catalogue/public-event.ts";

/** What an event of a type says. */
export type DataOf<T extends PublicEventType> = z.infer<(typeof catalogue)[T]["data"]>;

/** What words are written with. */
export interface Aids {
  readonly numbers: Numbers;
  /** A day in words; ms since 1970, UTC. */
  readonly day: (atMs: number) => string;
  /** The rule of a finding in the reader's language; null for one that was retired since. */
  readonly ruleOf: (ruleId: string) => Pick<RuleInfo, "title" | "fix" | "scope"> | null;
}

/** An event in words, before anything of it is cut or cleaned. */
export interface Said {
  readonly title: string;
  readonly text: string;
  /** Name and value; what is null is left out. */
  readonly facts: readonly (readonly [name: string, value: string | null])[];
}

/** Every text of a message in a language that comes neither from the event nor from a rule. */
export interface Wording {
  readonly types: { readonly [T in PublicEventType]: (data: DataOf<T>, aids: Aids) => Said };
  readonly severities: Readonly<Record<Severity, string>>;
  /** Where links lead: there are no pages yet but those of the API. */
  readonly links: Readonly<Record<"report" | "audit" | "endpoint", string>>;
}

/** Rules that a message names; of the others it says how many they are. */
export const mostNamed = 5;

/** A site as people call it: its host, without what every address has. */
export const siteOf = (url: string): string => URL.parse(url)?.host ?? url;
