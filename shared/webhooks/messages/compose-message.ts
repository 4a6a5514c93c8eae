import type { z } from "zod";
import { listRules, numbersIn } from "../../audits/index.ts";
import type { Language } from "../../platform/index.ts";
import { catalogue } from "../catalogue/catalogue.ts";
import type { PublicEvent, PublicEventType } from "../catalogue/public-event.ts";
import { type About, about } from "./about.ts";
import { english } from "./english.ts";
import type { Message } from "./message.ts";
import { oneLine, someLines, within } from "./plain-text.ts";
import { spanish } from "./spanish.ts";
import type { Aids, DataOf, Said, Wording } from "./wording.ts";

export const titleCharacters = 200;
const textCharacters = 3_000;
const nameCharacters = 100;
const valueCharacters = 500;

const wordings: Readonly<Record<Language, Wording>> = { en: english, es: spanish };
const schemas: { readonly [T in PublicEventType]: { readonly data: z.ZodType<DataOf<T>> } } = catalogue;

/**
 * An event told to people in a language. What sites and people wrote is text on one line in it, without what hides or turns the direction of reading.
 * @param publicUrl where people reach this installation; no slash at the end
 */
export function composeMessage(event: PublicEvent, language: Language, publicUrl: string): Message {
  const { said, about } = tell(event.type, event, language);
  const { severity = catalogue[event.type].severity, examples = [], link } = about;
  const wording = wordings[language];
  return {
    title: within(oneLine(said.title), titleCharacters),
    text: within(someLines(said.text), textCharacters),
    severity,
    severityWord: wording.severities[severity],
    facts: said.facts.flatMap(([name, value]) => (value === null ? [] : fact(name, value))),
    examples: examples.map((example) => within(oneLine(example), valueCharacters)).filter((example) => example !== ""),
    link: link === undefined ? null : { url: `${publicUrl}${link.path}`, label: wording.links[link.to] },
  };
}

function fact(name: string, value: string): Message["facts"] {
  const shown = within(oneLine(value), valueCharacters);
  return shown === "" ? [] : [{ name: within(oneLine(name), nameCharacters), value: shown }];
}

/** An event of another version of this program, whose data is not what it is now, is told by what its type means. */
function tell<T extends PublicEventType>(type: T, { data }: PublicEvent, language: Language): { readonly said: Said; readonly about: About } {
  const parsed = schemas[type].data.safeParse(data);
  if (!parsed.success) return { said: { title: catalogue[type].description[language], text: "", facts: [] }, about: {} };
  return { said: wordings[language].types[type](parsed.data, aidsIn(language)), about: about[type](parsed.data) };
}

const aids = new Map<Language, Aids>();

/** Made once for each language: they take longer to make than to use. */
function aidsIn(language: Language): Aids {
  const made = aids.get(language) ?? makeAids(language);
  aids.set(language, made);
  return made;
}

function makeAids(language: Language): Aids {
  const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
  const rules = new Map(listRules(language).map((rule) => [rule.id, rule]));
  return { numbers: numbersIn(language), day: (atMs) => day.format(atMs), ruleOf: (ruleId) => rules.get(ruleId) ?? null };
}
