import { describe, expect, it } from "vitest";
import { AppError } from "../../../../shared/platform/index.ts";
import { etagOf, ifVersionOf } from "../../../../workers/api/versions.ts";

const asking = (ifMatch: string | undefined) => ({ req: { header: (name: string) => (name === "If-Match" ? ifMatch : undefined) } });

describe("the version that a request wants to edit", () => {
  it.each([
    { header: undefined, version: undefined, what: "any, without the header" },
    { header: "*", version: undefined, what: "any, for a star" },
    { header: '"3"', version: 3, what: "that of the tag" },
    { header: ' "3" ', version: 3, what: "that of the tag, with blanks around it" },
    { header: 'W/"3"', version: 3, what: "that of a tag that a proxy weakened" },
    { header: '"3-gzip"', version: 0, what: "none that there is, for a tag that is not ours" },
    { header: '""', version: 0, what: "none that there is, for an empty tag" },
    { header: '"03"', version: 0, what: "none that there is, for another spelling" },
    { header: '"99999999999999999999"', version: 0, what: "none that there is, for more than a number holds" },
  ])("is $what: $header", ({ header, version }) => {
    expect(ifVersionOf(asking(header))).toBe(version);
  });

  it.each(["3", '"3', "'3'", '"1", "2"', 'w/"3"', '"3" x', '"a b"', ""])("is not guessed from what is no tag: %s", (header) => {
    expect(() => ifVersionOf(asking(header))).toThrow(
      expect.toSatisfy((error) => error instanceof AppError && error.code === "invalid" && error.errors[0]?.path === "header.If-Match"),
    );
  });

  it("is what an answer's ETag says", () => {
    expect(ifVersionOf(asking(etagOf({ version: 12 }).ETag))).toBe(12);
  });
});
