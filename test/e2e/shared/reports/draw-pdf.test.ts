import { readFile } from "node:fs/promises";
import { inflateSync } from "node:zlib";
import { PDFDict, PDFDocument, PDFName, PDFRawStream } from "@cantoo/pdf-lib";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Language } from "../../../../shared/platform/index.ts";
import { drawPdf } from "../../../../shared/reports/pdf/draw-pdf.ts";
import type { Fonts } from "../../../../shared/reports/pdf/fonts.ts";
import type { Told } from "../../../../shared/reports/text/tell.ts";
import { anyReport } from "../../../helpers/unit/arbitrary-report.ts";
import { sampleReport, sampleSite } from "../../../helpers/unit/sample-report.ts";

let fonts: Fonts;
beforeAll(async () => {
  const font = async (name: string) => new Uint8Array(await readFile(new URL(`../../../../node_modules/dejavu-fonts-ttf/ttf/${name}.ttf`, import.meta.url)));
  fonts = { regular: await font("DejaVuSans"), bold: await font("DejaVuSans-Bold") };
});

const draw = (told: Told, language: Language = "en") => drawPdf(told, language, { fonts, publicUrl: "https://mentha.example" });
const open = (bytes: Uint8Array) => PDFDocument.load(bytes, { updateMetadata: false });

/** The text of all streams that map glyphs to characters. */
function mapsIn(doc: PDFDocument): string {
  const streams = doc.context.enumerateIndirectObjects().flatMap(([, object]) => (object instanceof PDFRawStream ? [object] : []));
  return streams
    .flatMap((stream) => {
      try {
        return [inflateSync(stream.contents).toString("latin1")];
      } catch {
        return [];
      }
    })
    .filter((text) => text.includes("beginbfchar"))
    .join("\n")
    .toLowerCase();
}

describe("a report as PDF", () => {
  it.each([
    ["en", "Site quality report: All projects"],
    ["es", "Informe de calidad de los sitios: Todos los proyectos"],
  ] as const)("says in its metadata what it is, in %s", async (language, title) => {
    const doc = await open(await draw(sampleReport(), language));
    expect(doc.getTitle()).toContain(title);
    expect(String(doc.catalog.get(PDFName.of("Lang")))).toContain(language);
    expect(doc.getProducer()).toBe("Mentha");
  });

  it("is tagged: headings, text and links in the order in which they are read", async () => {
    const doc = await open(await draw(sampleReport([sampleSite(), sampleSite({ origin: "https://blog.shop.example" })])));
    expect(String(doc.catalog.get(PDFName.of("MarkInfo")))).toContain("/Marked true");
    const roles = doc.context
      .enumerateIndirectObjects()
      .flatMap(([, object]) =>
        object instanceof PDFDict && object.get(PDFName.of("Type")) === PDFName.of("StructElem") ? [String(object.get(PDFName.of("S")))] : [],
      );
    expect(new Set(roles)).toEqual(new Set(["/Document", "/H1", "/H2", "/P", "/Link"]));
  });

  it("leads to the sites and to the whole reports, and nowhere else", async () => {
    const doc = await open(await draw(sampleReport([sampleSite(), sampleSite({ origin: "javascript:alert(1)" })])));
    const links = doc.context.enumerateIndirectObjects().flatMap(([, object]) => {
      const action = object instanceof PDFDict ? object.get(PDFName.of("A")) : undefined;
      return action instanceof PDFDict ? [String(action.get(PDFName.of("URI")))] : [];
    });
    const report = "(https://mentha.example/api/v1/audits/aud_01kaq3v8e0000000000000000a/report.html)";
    expect(new Set(links)).toEqual(new Set(["(https://shop.example/)", report]));
  });

  it("has the characters of many scripts, and a box for those that the font lacks", async () => {
    const maps = mapsIn(await open(await draw(sampleReport([], "Ñandú Русский Ελλάδα 日本"))));
    for (const character of ["Ñ", "Р", "Ε", "□"]) expect(maps).toContain(character.charCodeAt(0).toString(16).padStart(4, "0"));
    expect(maps).not.toContain("65e5");
  });

  it("is drawn of any data", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyReport, async (report) => {
        expect((await draw(report)).length).toBeGreaterThan(1_000);
      }),
      { numRuns: 40 },
    );
  });

  it("stays within bounds for a hundred projects with two sites each", { timeout: 60_000 }, async () => {
    const report = sampleReport();
    const [project] = report.content.projects;
    if (project === undefined) throw new Error("The sample has a project.");
    const projects = Array.from({ length: 100 }, () => ({ ...project, sites: [sampleSite(), sampleSite()] }));
    const bytes = await draw({ ...report, content: { ...report.content, projects } });
    expect((await open(bytes)).getPageCount()).toBeLessThan(60);
    expect(bytes.length).toBeLessThan(1_000_000);
  });
});
