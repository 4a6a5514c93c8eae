import { NameTable } from "./name-table.ts";

/** What the reader needs to know of an element, as bits: one table look-up per tag. */
export const trait = {
  /** Does not end a word: "un<b>believ</b>able" is one. */
  inline: 1,
  /** May stand in the head; any other tag ends it (HTML, 13.2.6.4.4 and 13.2.6.4.6). */
  headContent: 2,
  /** Closing it closes a heading that was opened inside it and forgotten. */
  container: 4,
  /** Its attributes are read; those of any other element are skipped. */
  attributes: 8,
  /** What is inside is not shown, and its tags mean nothing. */
  hidden: 16,
  heading: 32,
} as const;

const members: readonly (readonly [bits: number, names: string])[] = [
  [
    trait.inline,
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s samp small span strike strong sub sup time tt u var wbr tspan",
  ],
  [trait.headContent, "html head base basefont bgsound link meta title noscript noframes style script template"],
  [trait.container, "div section article header footer main aside nav td th tr table li ul ol dl dd blockquote form body html"],
  [trait.attributes, "html base link meta script template a area img image iframe frame embed object source track audio video input form"],
  [trait.hidden, "title noscript noframes noembed style script template textarea iframe desc metadata"],
  [trait.heading, "h1 h2 h3 h4 h5 h6"],
  [0, "p pre br hr main figure figcaption caption thead tbody tfoot colgroup col button label select option svg path g use math"],
];

export interface Element {
  /** Lower case. */
  readonly name: string;
  /** Its traits. */
  readonly bits: number;
}

/** Tags that end SVG and MathML wherever they stand (HTML, 13.2.6.5), so that a forgotten `</svg>` does not swallow the page. */
export const breakouts: ReadonlySet<string> = new Set(
  (
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p pre ruby s " +
    "small span strong strike sub sup table tt u ul var"
  ).split(" "),
);

/** Elements of SVG and MathML whose content is HTML again. */
export const integrationPoints: ReadonlySet<string> = new Set("foreignobject desc title mi mo mn ms mtext".split(" "));

/** The traits of each element by its lower-case name; an element that is not here has none. */
const traits: ReadonlyMap<string, number> = members.reduce((table, [bits, names]) => {
  for (const name of names.split(" ")) table.set(name, (table.get(name) ?? 0) | bits);
  return table;
}, new Map<string, number>());

const elements = new NameTable<Element>([...traits].map(([name, bits]) => [name, { name, bits }]));

/** The element whose name stands from `start` to `end`. */
export function elementAt(text: string, start: number, end: number): Element {
  const known = elements.find(text, start, end);
  if (known !== undefined) return known;
  const name = text.slice(start, end).toLowerCase();
  return { name, bits: traits.get(name) ?? 0 };
}

/** The only attributes that are kept; event handlers (`on…`) are kept beside them under the one name `on`. */
const keptAttributes: readonly string[] = (
  "action alt aria-hidden aria-label async charset content data defer height href hreflang http-equiv id lang method name nomodule poster " +
  "property rel role shadowrootmode src srcset title type width xlink:href xml:lang"
).split(" ");

/** Those that most pages have, so that nearly all names are found in the table. */
const ignoredAttributes: readonly string[] = "class style target sizes loading decoding crossorigin integrity tabindex media value".split(" ");

const attributes = new NameTable<string>([...keptAttributes.map((name) => [name, name] as const), ...ignoredAttributes.map((name) => [name, ""] as const)]);

/** Under which name the attribute is kept whose name stands from `start` to `end`; empty when it is not. */
export function attributeAt(text: string, start: number, end: number): string {
  const known = attributes.find(text, start, end);
  if (known !== undefined) return known;
  const name = text.slice(start, end).toLowerCase();
  return keptAttributes.includes(name) ? name : name.startsWith("on") ? "on" : "";
}
