const language = "(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})";
const script = "(?:-[a-z]{4})?";
const region = "(?:-(?:[a-z]{2}|[0-9]{3}))?";
const variants = "(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*";
const extensions = "(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*";
const privateUse = "x(?:-[a-z0-9]{1,8})+";
const tag = new RegExp(`^(?:${language}${script}${region}${variants}${extensions}(?:-${privateUse})?|${privateUse})$`, "i");

/** Registered before the syntax existed, and outside it. */
const irregular: ReadonlySet<string> = new Set(
  "en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay i-tsu sgn-be-fr sgn-be-nl sgn-ch-de".split(" "),
);

/** Whether text is a well-formed BCP 47 language tag: the syntax of RFC 5646, section 2.1. It says nothing of whether its parts are registered. */
export function isWellFormedTag(text: string): boolean {
  return tag.test(text) || irregular.has(text.toLowerCase());
}
