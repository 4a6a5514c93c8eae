import { markdownCode, markdownLink, markdownProse } from "../../audits/index.ts";
import type { Language } from "../../platform/index.ts";
import { signed } from "./signed.ts";
import type { Fix, ProjectStory, SiteStory, Story } from "./story.ts";
import { type Told, tell } from "./tell.ts";
import { type Words, wordsIn } from "./words.ts";

interface View {
  readonly words: Words;
  readonly publicUrl: string;
}

/** A report in Markdown (CommonMark with GFM's tables). @param publicUrl where people reach this installation; no slash at the end */
export function renderMarkdown(told: Told, language: Language, publicUrl: string): string {
  const story = tell(told, language);
  const view = { words: wordsIn(language), publicUrl };
  const blocks = [
    `# ${markdownProse(`${story.title}: ${story.about}`)}`,
    `${markdownProse(story.time)} · ${markdownProse(story.made)}`,
    markdownProse(story.summary.join(" ")),
    overview(story, view),
    ...story.projects.flatMap((project) => projectBlocks(project, view)),
    ...story.omissions.map((omission) => `*${markdownProse(omission)}*`),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function overview({ projects }: Story, { words: { column } }: View): string {
  const rows = projects.flatMap(({ sites }) => sites);
  if (rows.length < 2) return "";
  return [
    `| ${column.site} | ${column.score} | ${column.change} | ${column.better} | ${column.worse} |`,
    "| :-- | --: | --: | --: | --: |",
    ...rows.map(
      ({ name, score, figures }) =>
        `| ${markdownCode(name).replaceAll("|", "\\|")} | ${score ?? "–"} | ${signed(figures.change)} | ${figures.better} | ${figures.worse} |`,
    ),
  ].join("\n");
}

function projectBlocks({ name, note, sites }: ProjectStory, view: View): string[] {
  const told = sites.filter(({ isBrief }) => !isBrief);
  if (note === null && told.length === 0) return [];
  return [`## ${markdownProse(name)}`, ...(note === null ? [] : [markdownProse(note)]), ...told.flatMap((site) => siteBlocks(site, view))];
}

function siteBlocks({ name, href, headline, notes, better, worse, fixFirst, reportPath }: SiteStory, { words, publicUrl }: View): string[] {
  const changes = [better, worse].flatMap((some) => (some === null ? [] : [some]));
  return [
    `### ${href === null ? markdownCode(name) : markdownLink(href, name)}`,
    `**${markdownProse(headline)}**`,
    markdownProse(notes.join(" ")),
    ...changes.flatMap(({ heading, lines, more }) => [
      `**${markdownProse(heading)}**`,
      [...lines.map(({ title, reach }) => `- ${markdownProse(title)} (${markdownProse(reach)})`), ...(more === null ? [] : [`- ${markdownProse(more)}`])].join(
        "\n",
      ),
    ]),
    ...(fixFirst.length === 0 ? [] : [`**${words.fixFirst}**`, fixFirst.map((fix, index) => fixItem(fix, index + 1, words)).join("\n")]),
    ...(reportPath === null ? [] : [`[${words.fullReport}](<${publicUrl}${reportPath}>)`]),
  ];
}

function fixItem({ title, severityWord, reach, fix }: Fix, position: number, { howTo }: Words): string {
  const first = `${position}. **${markdownProse(title)}** (${severityWord}, ${markdownProse(reach)})`;
  return fix === "" ? first : `${first}  \n   ${howTo} ${markdownProse(fix)}`;
}
