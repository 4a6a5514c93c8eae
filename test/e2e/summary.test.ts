import { describe, expect, it } from "vitest";
import { inRoot } from "../../local/paths.ts";
import { failuresOf } from "../summary.ts";

const file = (name: string, status: string, ...tests: [status: string, fullName: string][]) => ({
  name: inRoot("test", name),
  status,
  assertionResults: tests.map(([state, fullName]) => ({ status: state, fullName })),
});

describe("the names of what failed", () => {
  it.each([
    { what: "nothing when all passed", results: [file("a.test.ts", "passed", ["passed", "a works"])], code: 0, names: [] },
    {
      what: "each failed test with its file",
      results: [file("a.test.ts", "failed", ["passed", "a works"], ["failed", "a ends"]), file("b.test.ts", "failed", ["failed", "b ends"])],
      code: 1,
      names: ["test/a.test.ts: a ends", "test/b.test.ts: b ends"],
    },
    { what: "a file that did not load", results: [file("a.test.ts", "failed")], code: 1, names: ["test/a.test.ts as a whole"] },
    {
      what: "vitest when it failed although every test passed",
      results: [file("a.test.ts", "passed", ["passed", "a works"])],
      code: 1,
      names: [expect.stringMatching(/^vitest itself/)],
    },
    { what: "vitest when it reported nothing", results: [], code: 1, names: [expect.stringMatching(/^vitest itself/)] },
  ])("are $what", ({ results, code, names }) => {
    expect(failuresOf({ testResults: results }, code)).toEqual(names);
  });
});
