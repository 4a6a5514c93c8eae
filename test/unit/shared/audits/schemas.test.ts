import { describe, expect, it } from "vitest";
import { CreateAuditInput } from "../../../../shared/audits/schemas.ts";

const issuesOf = (patterns: object) => CreateAuditInput.safeParse({ url: "https://example.com/", ...patterns }).error?.issues ?? [];

describe.each(["include", "exclude"] as const)("%s", (field) => {
  it.each([
    { what: "ten wildcards", patterns: ["/*a**".repeat(5)] },
    { what: "2,000 characters in four patterns", patterns: Array.from({ length: 4 }, () => `/${"a".repeat(499)}`) },
    { what: "patterns that begin with a wildcard", patterns: ["*", "**/old/*", "*.pdf"] },
    { what: "fifty short patterns", patterns: Array.from({ length: 50 }, (_, n) => `/section-${n}/**`) },
  ])("takes $what", ({ patterns }) => {
    expect(issuesOf({ [field]: patterns })).toEqual([]);
  });

  it.each([
    { what: "eleven wildcards", patterns: [`${"/*a**".repeat(5)}*/b*`.replace("***", "**/*")], says: "at most 10 wildcards" },
    { what: "2,001 characters", patterns: [...Array.from({ length: 4 }, () => `/${"a".repeat(499)}`), "/"], says: "at most 2,000 characters" },
    { what: "a name without a slash", patterns: ["docs"], says: "Begin a pattern with a slash, such as `/docs/**`" },
    { what: "a whole address", patterns: ["https://example.com/docs/**"], says: "Begin a pattern with a slash" },
    { what: "an address beside a path", patterns: ["/docs/**", "?ocs"], says: "Begin a pattern with a slash" },
  ])("refuses $what, and says what is possible", ({ patterns, says }) => {
    expect(issuesOf({ [field]: patterns }).map(({ message }) => message)).toEqual([expect.stringContaining(says)]);
  });
});
