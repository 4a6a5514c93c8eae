import { describe, expect, it } from "vitest";
import { jsonSpelling, markupSpelling, plainSpelling, withoutCommands } from "../../../cli/ci-commands.ts";

describe("a text without commands to CI", () => {
  it.each([
    ["::error::x", ": :error::x"],
    ["a\n  ::error::x", "a\n  : :error::x"],
    ["a\r\u00a0\u0085::stop-commands::x", "a\r\u00a0\u0085: :stop-commands::x"],
    ["\ufeff::error::x", "\ufeff: :error::x"],
    ["a ##[error]b", "a # #[error]b"],
    ["##vso[task.setvariable]", "# #vso[task.setvariable]"],
    ["##VSO[x] ###[y]", "# #VSO[x] ## #[y]"],
    ["##teamcity[x]", "# #teamcity[x]"],
  ])("has them spelled otherwise: %j", (text, without) => {
    expect(withoutCommands(text, plainSpelling)).toBe(without);
  });

  it.each(["a::before", "## [A heading](b)", "#1", "a\n\nb: c"])("stays as it is where there are none: %j", (text) => {
    expect(withoutCommands(text)).toBe(text);
  });

  it("keeps the values of JSON and the text of markup", () => {
    const value = ["##[error]", "\\##vso[x]"];
    const json = withoutCommands(JSON.stringify(value), jsonSpelling);
    expect(json).not.toMatch(/##\w*\[/);
    expect(JSON.parse(json)).toEqual(value);
    expect(withoutCommands("<a>\n::error::##[x]</a>", markupSpelling)).toBe("<a>\n&#58;:error::&#35;#[x]</a>");
  });

  it("takes no longer for many blanks and line ends", () => {
    const text = "\n \t".repeat(300_000);
    expect(withoutCommands(text)).toBe(text);
  });
});
