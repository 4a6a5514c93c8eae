import { relative } from "node:path";
import { root } from "../local/paths.ts";

/** What this project reads of vitest's JSON report. */
export interface Summary {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    /** The whole path of the file. */
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/**
 * Everything that failed, one name each. Vitest also fails for what is not a test: a file that does not load,
 * an error that nobody caught, a request that left the test network; then `code`, its exit code, is all that says so.
 */
export function failuresOf({ testResults }: Pick<Summary, "testResults">, code: number): string[] {
  const names = testResults.flatMap(({ name, status, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((one) => one.status === "failed").map(({ fullName }) => `${file}: ${fullName}`);
    return failed.length === 0 && status === "failed" ? [`${file} as a whole`] : failed;
  });
  return names.length === 0 && code !== 0 ? ["vitest itself: its own words above say why"] : names;
}
