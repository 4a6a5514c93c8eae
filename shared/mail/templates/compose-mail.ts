import { printable } from "../../platform/index.ts";
import type { MailMessage } from "../mailer.ts";
import type { MailContent, MailReader } from "./content.ts";
import { type Letter, letterHtml } from "./letter-html.ts";
import { wording, wordsFor } from "./words.ts";

/** A name longer than this is cut: an e-mail in our name is no place for somebody else's text. */
const maxName = 100;
/** The same of a sentence with a name or an address in it. */
const maxText = 400;

/**
 * An e-mail in words, as text and as HTML that needs nothing else: no image, no script, nothing that tells who opened it.
 * @param publicUrl where people reach this installation
 */
export function composeMail(content: MailContent, { language, timeZone }: MailReader, publicUrl: string): Omit<MailMessage, "to"> {
  const { worksUntil, ...rest } = wording[language];
  const words = wordsFor(language, withPlainNames(content), publicUrl);
  const link = "link" in content ? { ...content.link, says: worksUntil(dateOf(content.link.until, language, timeZone)) } : null;
  const letter: Letter = { language, words, link, orCopy: rest.orCopy, orCode: rest.orCode, sentBy: rest.sentBy, publicUrl };
  return { subject: words.subject, text: letterText(letter), html: letterHtml(letter) };
}

function withPlainNames(content: MailContent): MailContent {
  if (content.kind === "notification") {
    const { words, more, workspace } = content;
    const short = (texts: readonly string[]): string[] => texts.map((text) => plain(text, maxText));
    const { en, es } = words;
    return {
      ...content,
      words: { en: { ...en, text: plain(en.text, maxText) }, es: { ...es, text: plain(es.text, maxText) } },
      ...(more === undefined ? {} : { more: { en: short(more.en), es: short(more.es) } }),
      workspace: { ...workspace, name: plain(workspace.name) },
    };
  }
  if (content.kind !== "invitation") return content;
  const { inviter, workspace } = content;
  return { ...content, workspace: plain(workspace), inviter: { ...inviter, name: plain(inviter.name) } };
}

/** What others called something, on one line. */
function plain(name: string, most = maxName): string {
  const line = printable(name.replace(/[\p{Zl}\p{Zp}]/gu, " ")).toWellFormed();
  return line.length > most ? `${line.slice(0, most - 1)}…`.toWellFormed() : line;
}

function dateOf(at: number, language: string, timeZone: string): string {
  const parts = { weekday: "long", year: "numeric", month: "long", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short" } as const;
  return new Intl.DateTimeFormat(language, { ...parts, timeZone }).format(at);
}

function letterText({ words, link, orCode, sentBy, publicUrl }: Letter): string {
  const action = link === null ? [] : [`${words.action ?? words.heading}:\n${link.url}`, `${orCode}\n${link.code}`, link.says];
  return `${[words.heading, ...words.says, ...action, words.otherwise, `-- \n${sentBy} ${publicUrl}`].join("\n\n")}\n`;
}
