import { PDFDict, type PDFDocument, PDFHexString, PDFName, PDFOperator, PDFOperatorNames, type PDFPage, type PDFRef, PDFString } from "@cantoo/pdf-lib";

/** What a piece of text is, for whoever has the document read aloud (ISO 32000-1, 14.8.4). */
export type Role = "H1" | "H2" | "H3" | "P" | "Link";

interface Mark {
  readonly page: number;
  /** Its number among the marks of its page. */
  readonly mark: number;
}

/** A heading, a paragraph or a link: in the order in which they are made, they are the text of the document. */
export interface Element {
  readonly role: Role;
  readonly marks: Mark[];
  readonly links: { readonly page: number; readonly annotation: PDFRef }[];
}

/** Where on its page a link can be clicked, in points from the lower left corner. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Tags {
  begin(role: Role): Element;
  /** Draws a part of an element's text on the last page. */
  within(element: Element, draw: (page: PDFPage) => void): void;
  /** Draws what says nothing, such as a line. */
  beside(page: PDFPage, draw: (page: PDFPage) => void): void;
  link(element: Element, href: string, box: Box): void;
  /** Writes the tree of all elements; nothing is drawn after that. */
  finish(language: string): void;
}

/** Marks what is drawn on a document, so that programs read its text in order and know headings and links. */
export function createTags(doc: PDFDocument): Tags {
  const { context } = doc;
  const elements: Element[] = [];
  /** By page: the element of each mark. */
  const marked: Element[][] = [];
  const last = (): { readonly page: PDFPage; readonly index: number } => {
    const index = doc.getPageCount() - 1;
    return { page: doc.getPage(index), index };
  };
  const operator = (name: PDFOperatorNames, args: (PDFName | string)[] = []) => PDFOperator.of(name, args);

  return {
    begin(role) {
      const element: Element = { role, marks: [], links: [] };
      elements.push(element);
      return element;
    },
    within(element, draw) {
      const { page, index } = last();
      const marks = marked[index] ?? [];
      marked[index] = marks;
      const mark = marks.push(element) - 1;
      element.marks.push({ page: index, mark });
      page.pushOperators(operator(PDFOperatorNames.BeginMarkedContentSequence, [PDFName.of(element.role), `<</MCID ${mark}>>`]));
      draw(page);
      page.pushOperators(operator(PDFOperatorNames.EndMarkedContent));
    },
    beside(page, draw) {
      page.pushOperators(operator(PDFOperatorNames.BeginMarkedContent, [PDFName.of("Artifact")]));
      draw(page);
      page.pushOperators(operator(PDFOperatorNames.EndMarkedContent));
    },
    link(element, href, { x, y, width, height }) {
      const { page, index } = last();
      const annotation = context.register(
        context.obj({
          Type: "Annot",
          Subtype: "Link",
          Rect: [x, y, x + width, y + height],
          Border: [0, 0, 0],
          F: 4,
          Contents: PDFHexString.fromText(href),
          A: { Type: "Action", S: "URI", URI: PDFString.of(escaped(href)) },
        }),
      );
      page.node.addAnnot(annotation);
      element.links.push({ page: index, annotation });
    },
    finish(language) {
      const root = context.nextRef();
      const whole = context.nextRef();
      const refs = new Map(elements.map((element) => [element, context.nextRef()]));
      const pages = doc.getPages();
      const pageOf = (index: number): PDFRef => doc.getPage(index).ref;
      const parents: [number, PDFRef | PDFRef[]][] = pages.map((page, index) => {
        page.node.set(PDFName.of("StructParents"), context.obj(index));
        page.node.set(PDFName.of("Tabs"), PDFName.of("S"));
        return [index, (marked[index] ?? []).flatMap((element) => refs.get(element) ?? [])];
      });
      for (const [element, ref] of refs) {
        const marks = element.marks.map(({ page, mark }) => context.obj({ Type: "MCR", Pg: pageOf(page), MCID: mark }));
        const links = element.links.map(({ page, annotation }) => {
          parents.push([parents.length, ref]);
          setParent(annotation, parents.length - 1);
          return context.obj({ Type: "OBJR", Pg: pageOf(page), Obj: annotation });
        });
        context.assign(ref, context.obj({ Type: "StructElem", S: element.role, P: whole, K: [...marks, ...links] }));
      }
      context.assign(whole, context.obj({ Type: "StructElem", S: "Document", P: root, Lang: PDFString.of(language), K: [...refs.values()] }));
      const tree = context.obj({ Nums: parents.flat() });
      context.assign(root, context.obj({ Type: "StructTreeRoot", K: [whole], ParentTree: tree, ParentTreeNextKey: parents.length }));
      doc.catalog.set(PDFName.of("StructTreeRoot"), root);
      doc.catalog.set(PDFName.of("MarkInfo"), context.obj({ Marked: true }));
    },
  };

  function setParent(annotation: PDFRef, key: number): void {
    const found = context.lookup(annotation);
    if (found instanceof PDFDict) found.set(PDFName.of("StructParent"), context.obj(key));
  }
}

/** Within a string of PDF these would end it or begin an escape; an address needs none of them as it is. */
const escaped = (href: string): string => href.replace(/[()\\]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
