import { type PDFDocument, type PDFPage, rgb } from "@cantoo/pdf-lib";
import { type Letters, wrap } from "./letters.ts";
import type { Role, Tags } from "./tags.ts";

type Colour = ReturnType<typeof rgb>;

const hex = (colour: number): Colour => rgb((colour >> 16) / 255, ((colour >> 8) & 255) / 255, (colour & 255) / 255);
export const colours = {
  ink: hex(0x13211b),
  soft: hex(0x52615a),
  accent: hex(0x0a6f53),
  line: hex(0xdfe7e3),
  white: hex(0xffffff),
  good: hex(0x0a6f53),
  fair: hex(0x8a5a00),
  poor: hex(0xa4262c),
  none: hex(0x52615a),
} as const satisfies Record<string, Colour>;

/** A4, in points. */
const sheet = { width: 595.28, height: 841.89 };
const margin = 56;
export const inner = { left: margin, width: sheet.width - 2 * margin };
const bottom = margin + 14;

/** A report with more pages is read by nobody. */
const mostPages = 150;

export interface Paragraph {
  readonly role: Role;
  readonly text: string;
  readonly letters: Letters;
  readonly size: number;
  readonly colour?: Colour;
  /** From the left edge of the text. */
  readonly indent?: number;
  /** Space above, in points. */
  readonly above?: number;
  /** Room that what follows needs on the same page. */
  readonly keeps?: number;
  readonly href?: string | null;
}

export interface Paper {
  /** Writes a paragraph below the last one. False, and nothing is written, once there are too many pages. */
  paragraph(paragraph: Paragraph): boolean;
  /** Moves to the next page unless so much room is left, in points. */
  room(height: number): void;
  space(height: number): void;
  /** Draws what says nothing at the present height; `y` is where the next line would begin. */
  decorate(draw: (page: PDFPage, y: number) => void): void;
  /** One line of cells. */
  row(
    cells: readonly { readonly text: string; readonly x: number; readonly right?: boolean; readonly href?: string | null }[],
    letters: Letters,
    size: number,
  ): boolean;
  /** Whether something was left out, since there were too many pages. */
  isFull(): boolean;
}

/** Pages that are filled from above. */
export function createPaper(doc: PDFDocument, tags: Tags): Paper {
  let page = doc.addPage([sheet.width, sheet.height]);
  let y = sheet.height - margin;
  let isFull = false;
  const turn = (): void => {
    if (doc.getPageCount() >= mostPages) {
      isFull = true;
      return;
    }
    page = doc.addPage([sheet.width, sheet.height]);
    y = sheet.height - margin;
  };
  const room = (height: number): void => {
    if (y - height < bottom) turn();
  };
  const lineHeight = (size: number): number => size * 1.42;

  return {
    room,
    isFull: () => isFull,
    space: (height) => {
      y -= height;
    },
    decorate: (draw) => tags.beside(page, (on) => draw(on, y)),
    paragraph({ role, text, letters, size, colour = colours.ink, indent = 0, above = 0, keeps = 0, href = null }) {
      const lines = wrap(letters, letters.drawable(text), size, inner.width - indent);
      const height = lineHeight(size);
      room(above + height * Math.min(lines.length, 3) + keeps);
      if (isFull) return false;
      if (y < sheet.height - margin) y -= above;
      const element = tags.begin(href === null ? role : "Link");
      for (const line of lines) {
        room(height);
        if (isFull) return false;
        y -= height;
        const at = { x: inner.left + indent, y: y + height * 0.28 };
        tags.within(element, (on) => on.drawText(line, { ...at, font: letters.font, size, color: colour }));
        if (href !== null) tags.link(element, href, { x: at.x, y, width: letters.width(line, size), height });
      }
      return true;
    },
    row(cells, letters, size) {
      const height = lineHeight(size) + 4;
      room(height);
      if (isFull) return false;
      y -= height;
      for (const { text, x, right = false, href = null } of cells) {
        const shown = letters.drawable(text);
        const width = letters.width(shown, size);
        const at = { x: right ? x - width : x, y: y + 6 };
        const element = tags.begin(href === null ? "P" : "Link");
        tags.within(element, (on) => on.drawText(shown, { ...at, font: letters.font, size, color: href === null ? colours.ink : colours.accent }));
        if (href !== null) tags.link(element, href, { x: at.x, y: y + 2, width, height: height - 4 });
      }
      tags.beside(page, (on) => on.drawLine({ start: { x: inner.left, y }, end: { x: inner.left + inner.width, y }, thickness: 0.5, color: colours.line }));
      return true;
    },
  };
}

/** Writes the page numbers, once all pages are there. */
export function numberPages(doc: PDFDocument, tags: Tags, letters: Letters, says: (page: number, pages: number) => string): void {
  const pages = doc.getPages();
  for (const [index, page] of pages.entries()) {
    const text = letters.drawable(says(index + 1, pages.length));
    const x = sheet.width - margin - letters.width(text, 8.5);
    tags.beside(page, (on) => on.drawText(text, { x, y: margin - 16, font: letters.font, size: 8.5, color: colours.soft }));
  }
}
