const styles = { bold: "1", dim: "2", red: "31", green: "32", yellow: "33", blue: "34", cyan: "36" } as const;
export type Style = keyof typeof styles;
export type Paint = (style: Style, text: string) => string;

/** Paints with terminal colours (ECMA-48 SGR), or not at all. */
export function painter(color: boolean): Paint {
  return (style, text) => (color ? `\u001b[${styles[style]}m${text}\u001b[0m` : text);
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** At most `width` characters, as a reader counts them; what was cut away is marked. */
export function clip(text: string, width: number): string {
  const characters = Array.from(graphemes.segment(text), ({ segment }) => segment);
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join("")}…`;
}

/** Lines of at most `width` characters, broken between words; a longer word gets a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}

/** A bar of `width` cells, eighths of a cell exact; a stub at 0, since nothing at all would read as "not measured". */
export function barOf(share: number, width: number): { readonly full: string; readonly empty: string } {
  const eighths = Math.max(1, Math.round(Math.min(1, share) * width * 8));
  const partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8] ?? "";
  const full = "█".repeat(Math.floor(eighths / 8)) + partial;
  return { full, empty: "·".repeat(width - full.length) };
}
