import { describe, expect, it } from "vitest";
import { decodeRobots, isAllowed, matchingRule, parseRobots, robotsProblems } from "../../../../../shared/audits/robots/index.ts";

/** One octet for each character. */
const bytes = (octets: string): Uint8Array => Uint8Array.from(octets, (octet) => octet.charCodeAt(0));
const isOpen = (octets: string, path: string): boolean => isAllowed(parseRobots(decodeRobots(bytes(octets))), ["Foobot"], `https://example.com${path}`);

describe("a file that is no UTF-8", () => {
  it.each([
    { outcome: "in Latin-1 closes the octet that was written", octets: "/ni\xf1o", path: "/ni%F1o", is: false },
    { outcome: "in Latin-1 says nothing of the same letter in UTF-8", octets: "/ni\xf1o", path: "/ni%C3%B1o", is: true },
    { outcome: "in Latin-1 says nothing of the replacement character", octets: "/ni\xf1o", path: "/ni%EF%BF%BDo", is: true },
    { outcome: "may hold UTF-8 beside Latin-1", octets: "/\xf1/\xc3\xb1", path: "/%F1/%C3%B1", is: false },
    { outcome: "may hold half a letter", octets: "/a\xc3", path: "/a%C3%A9", is: false },
    { outcome: "may hold the other half", octets: "/*\xa9", path: "/a%C3%A9", is: false },
    { outcome: "may hold half a surrogate pair", octets: "/\xed\xa0\xbd", path: "/%ED%A0%BD", is: false },
    { outcome: "may hold an overlong slash, which is none", octets: "\xc0\xaf", path: "/", is: true },
    { outcome: "may hold octets that no encoding has", octets: "/\xfe\xff", path: "/%FE%FF", is: false },
    { outcome: "counts each octet in the length of a rule", octets: "/\xe9\nallow: /%E9", path: "/%E9", is: true },
    { outcome: "keeps a no-break space of Latin-1", octets: "/a\xa0", path: "/a", is: true },
    { outcome: "keeps a next-line mark of Latin-1", octets: "/a\x85", path: "/a", is: true },
    { outcome: "may hold control characters", octets: "/a\x01", path: "/a", is: true },
  ])("$outcome", ({ octets, path, is }) => {
    expect(isOpen(`user-agent: *\ndisallow: ${octets}`, path)).toBe(is);
  });

  it.each([
    { name: "a broken name", octets: "user-agent: foobot\xe9\ndisallow: /" },
    { name: "a broken comment", octets: "# caf\xe9\nuser-agent: foobot # \xe9\ndisallow: /" },
    { name: "broken lines around", octets: "\xe9\nuser-agent: foobot\n\xff\xfe\ndisallow: /" },
  ])("of $name is read", ({ octets }) => {
    expect(isOpen(octets, "/")).toBe(false);
  });

  it("is shown with replacement characters", () => {
    const robots = parseRobots(decodeRobots(bytes("user-agent: *\ndisallow: /\xe9\n\xe9\xe8: \xc3\xa9")));
    expect(matchingRule(robots, [], "https://example.com/%E9")).toEqual({ allow: false, line: 2, pattern: "/\ufffd" });
    expect(robotsProblems(robots)).toEqual([{ line: 3, text: "\ufffd\ufffd: é", kind: "unknown-directive" }]);
  });

  it.each([
    { name: "UTF-16, little end first", octets: "\xff\xfeuser-agent:*".split("").join("\0") },
    { name: "UTF-16, big end first", octets: `\xfe\xff\0${"user-agent:*".split("").join("\0")}` },
    { name: "an image", octets: "\x89PNG\r\n\x1a\n\0\0\0\rIHDR" },
  ])("because it is $name closes nothing", ({ octets }) => {
    expect(isOpen(`${octets}\ndisallow: /`, "/")).toBe(true);
  });
});

describe("a byte order mark", () => {
  const file = "user-agent: *\ndisallow: /";

  it.each([
    { mark: "\xef\xbb\xbf", what: "whole", is: false },
    { mark: "\xef\xbb", what: "without its last octet", is: false },
    { mark: "\xef", what: "of which one octet is left", is: false },
    { mark: "\xbb\xbf", what: "without its first octet", is: true },
    { mark: "\xef\xbf", what: "with a hole", is: true },
    { mark: "\xef\xbb\xbf\xef\xbb\xbf", what: "written twice", is: true },
    { mark: "\xef\xef\xbb\xbf", what: "begun twice", is: true },
    { mark: " \xef\xbb\xbf", what: "behind a space", is: true },
    { mark: "\xef\xbb\xbf\n", what: "on a line of its own", is: false },
    { mark: "\xef\xbf\xbd", what: "turned into a replacement character", is: true },
  ])("$what leaves the file open: $is", ({ mark, is }) => {
    expect(isOpen(`${mark}${file}`, "/")).toBe(is);
  });

  it("alone is an empty file", () => {
    expect(robotsProblems(parseRobots(decodeRobots(bytes("\xef\xbb\xbf"))))).toEqual([]);
  });
});

describe("a long line", () => {
  const beginning = "disallow: /";
  const room = 16_663 - beginning.length;

  it.each([
    { outcome: "is cut inside a letter", filler: room - 1, rest: "\xc3\xa9", tail: "%C3%A8", is: false },
    { outcome: "of which the cut leaves nothing says nothing of what it lost", filler: room, rest: "\xc3\xa9", tail: "x", is: false },
    { outcome: "that just fits counts whole", filler: room - 2, rest: "\xc3\xa9", tail: "%C3%A8", is: true },
  ])("$outcome", ({ filler, rest, tail, is }) => {
    const path = "a".repeat(filler);
    expect(isOpen(`user-agent: *\n${beginning}${path}${rest}`, `/${path}${tail}`)).toBe(is);
  });

  it.each([
    { what: "16,663 octets", length: 16_663, kinds: [] },
    { what: "16,664 octets", length: 16_664, kinds: ["line-too-long"] },
  ])("of $what is reported as $kinds", ({ length, kinds }) => {
    const line = beginning.padEnd(length, "a");
    expect(robotsProblems(parseRobots(`user-agent: *\n${line}`)).map(({ kind }) => kind)).toEqual(kinds);
    expect(robotsProblems(parseRobots(`user-agent: *\n#${line.slice(1)}`)).map(({ kind }) => kind)).toEqual(kinds);
  });
});
