import { PDFDocument } from "@cantoo/pdf-lib";
import { create } from "fontkit";
import { toneOf } from "../../audits/index.ts";
import type { Language } from "../../platform/index.ts";
import { signed } from "../text/signed.ts";
import type { ProjectStory, SiteStory, Story } from "../text/story.ts";
import { type Told, tell } from "../text/tell.ts";
import { type Words, wordsIn } from "../text/words.ts";
import type { Fonts } from "./fonts.ts";
import { createLetters, type Letters } from "./letters.ts";
import { colours, createPaper, inner, numberPages, type Paper } from "./paper.ts";
import { createTags, type Tags } from "./tags.ts";

/** What everything is drawn with. */
interface Desk {
  readonly paper: Paper;
  readonly regular: Letters;
  readonly bold: Letters;
  readonly words: Words;
  readonly publicUrl: string;
}

/**
 * A report as a PDF that people print and send, with its fonts in it, tagged so that it can be read aloud. The same report is the same file.
 * @param publicUrl where people reach this installation; no slash at the end
 */
export async function drawPdf(
  told: Told,
  language: Language,
  { fonts, publicUrl }: { readonly fonts: Fonts; readonly publicUrl: string },
): Promise<Uint8Array> {
  const story = tell(told, language);
  const words = wordsIn(language);
  const doc = await PDFDocument.create();
  doc.registerFontkit({ create });
  describe(doc, story, told.createdAt, language);
  const [regular, bold] = [
    createLetters(await doc.embedFont(fonts.regular, { subset: true, customName: "MENTHA+DejaVuSans" })),
    createLetters(await doc.embedFont(fonts.bold, { subset: true, customName: "MENTHB+DejaVuSans-Bold" })),
  ];
  const tags: Tags = createTags(doc);
  const desk: Desk = { paper: createPaper(doc, tags), regular, bold, words, publicUrl };
  drawHead(desk, story);
  drawOverview(desk, story);
  for (const project of story.projects) drawProject(desk, project);
  for (const omission of story.omissions) desk.paper.paragraph({ role: "P", text: omission, letters: regular, size: 9.5, colour: colours.soft, above: 12 });
  numberPages(doc, tags, regular, words.page);
  tags.finish(language);
  return doc.save();
}

function describe(doc: PDFDocument, { title, about, time }: Story, at: number, language: Language): void {
  doc.setTitle(`${title}: ${about}, ${time}`, { showInWindowTitleBar: true });
  doc.setLanguage(language);
  doc.setCreator("Mentha");
  doc.setProducer("Mentha");
  const date = new Date(at);
  doc.setCreationDate(date);
  doc.setModificationDate(date);
}

function drawHead({ paper, regular, bold }: Desk, { title, about, time, made, summary }: Story): void {
  paper.paragraph({ role: "P", text: title, letters: bold, size: 10, colour: colours.accent });
  paper.paragraph({ role: "H1", text: about, letters: bold, size: 24, above: 4 });
  paper.paragraph({ role: "P", text: `${time} · ${made}`, letters: regular, size: 10, colour: colours.soft, above: 2 });
  paper.space(10);
  paper.decorate((page, y) => page.drawLine({ start: { x: inner.left, y }, end: { x: inner.left + inner.width, y }, thickness: 1.5, color: colours.accent }));
  paper.paragraph({ role: "P", text: summary.join(" "), letters: regular, size: 12, above: 10 });
}

/** Where the columns of figures end. */
const columns = { score: inner.left + 300, change: inner.left + 360, better: inner.left + 420, worse: inner.left + inner.width };

function drawOverview({ paper, regular, bold, words: { column, glance } }: Desk, { projects }: Story): void {
  const sites = projects.flatMap((project) => project.sites);
  if (sites.length < 2) return;
  paper.paragraph({ role: "H2", text: glance, letters: bold, size: 13, above: 18, keeps: 60 });
  const cells = (first: string, score: string, change: string, better: string, worse: string, href: string | null = null) => [
    { text: first, x: inner.left, href },
    ...(
      [
        ["score", score],
        ["change", change],
        ["better", better],
        ["worse", worse],
      ] as const
    ).map(([name, text]) => ({ text, x: columns[name], right: true })),
  ];
  paper.row(cells(column.site, column.score, column.change, column.better, column.worse), bold, 9);
  for (const { name, href, score, figures } of sites)
    paper.row(
      cells(
        fitting(regular, name, 9.5, 240),
        score === null ? "–" : String(score),
        signed(figures.change),
        String(figures.better),
        String(figures.worse),
        href,
      ),
      regular,
      9.5,
    );
}

/** As much of a name as fits on one line, in points. */
function fitting({ drawable, width }: Letters, name: string, size: number, most: number): string {
  let shown = drawable(name);
  if (width(shown, size) <= most) return shown;
  while (shown.length > 1 && width(`${shown}…`, size) > most) shown = shown.slice(0, -1).toWellFormed();
  return `${shown}…`;
}

function drawProject(desk: Desk, { name, note, sites }: ProjectStory): void {
  const { paper, regular, bold } = desk;
  const told = sites.filter(({ isBrief }) => !isBrief);
  if ((note === null && told.length === 0) || paper.isFull()) return;
  paper.paragraph({ role: "H2", text: name, letters: bold, size: 17, colour: colours.accent, above: 26, keeps: note === null ? 90 : 20 });
  if (note !== null) paper.paragraph({ role: "P", text: note, letters: regular, size: 10.5, above: 4 });
  for (const site of told) drawSite(desk, site);
}

const badge = { width: 46, height: 30 };

function drawSite(desk: Desk, { name, href, score, headline, notes, better, worse, fixFirst, reportPath }: SiteStory): void {
  const { paper, regular, bold, words, publicUrl } = desk;
  if (paper.isFull()) return;
  paper.room(90);
  paper.space(12);
  const number = score === null ? "–" : String(score);
  paper.decorate((page, y) => {
    page.drawRectangle({ x: inner.left, y: y - badge.height - 4, ...badge, color: colours[toneOf(score)] });
    page.drawText(number, {
      x: inner.left + (badge.width - bold.width(number, 16)) / 2,
      y: y - 4 - badge.height + 10,
      font: bold.font,
      size: 16,
      color: colours.white,
    });
  });
  const indent = badge.width + 12;
  paper.paragraph({ role: "H3", text: fitting(bold, name, 13, inner.width - indent), letters: bold, size: 13, indent, href });
  paper.paragraph({ role: "P", text: headline, letters: regular, size: 11, indent });
  if (notes.length > 0) paper.paragraph({ role: "P", text: notes.join(" "), letters: regular, size: 9.5, colour: colours.soft, above: 6 });
  for (const changes of [better, worse]) {
    if (changes === null) continue;
    paper.paragraph({
      role: "P",
      text: changes.heading,
      letters: bold,
      size: 10.5,
      colour: changes === better ? colours.good : colours.poor,
      above: 8,
      keeps: 16,
    });
    for (const { title, reach } of changes.lines)
      paper.paragraph({ role: "P", text: `•  ${title} (${reach})`, letters: regular, size: 10, indent: 8, above: 1 });
    if (changes.more !== null) paper.paragraph({ role: "P", text: `•  ${changes.more}`, letters: regular, size: 10, indent: 8, above: 1 });
  }
  if (fixFirst.length > 0) paper.paragraph({ role: "P", text: words.fixFirst, letters: bold, size: 10.5, above: 10, keeps: 40 });
  for (const [index, { title, severity, severityWord, reach, fix }] of fixFirst.entries()) {
    const colour = severity === "error" ? colours.poor : colours.fair;
    paper.paragraph({ role: "P", text: `${index + 1}.  ${title}`, letters: bold, size: 10, indent: 8, above: 5, keeps: 28 });
    paper.paragraph({ role: "P", text: `${severityWord}, ${reach}`, letters: regular, size: 9, colour, indent: 24 });
    if (fix !== "") paper.paragraph({ role: "P", text: `${words.howTo} ${fix}`, letters: regular, size: 9.5, indent: 24, above: 1 });
  }
  if (reportPath !== null)
    paper.paragraph({ role: "P", text: words.fullReport, letters: regular, size: 9.5, colour: colours.accent, above: 8, href: `${publicUrl}${reportPath}` });
}
