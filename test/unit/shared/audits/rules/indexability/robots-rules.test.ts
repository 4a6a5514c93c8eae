import { describe, expect, it } from "vitest";
import { robots5xx } from "../../../../../../shared/audits/rules/indexability/robots-5xx.ts";
import { robotsSyntax } from "../../../../../../shared/audits/rules/indexability/robots-syntax.ts";
import { robotsTooBig } from "../../../../../../shared/audits/rules/indexability/robots-too-big.ts";
import { absentRobots, robotsFile, siteFacts, unreachableRobots } from "../../../../../helpers/worker/site-facts.ts";

const www = "https://www.example.com";
const open = robotsFile("User-agent: *\nAllow: /");

describe("robots-5xx", () => {
  it.each([
    { outcome: "names the file and its status", robots: [unreachableRobots(503)], verdict: { evidence: ["https://example.com/robots.txt (503)"] } },
    { outcome: "names a file that did not answer", robots: [unreachableRobots(null)], verdict: { evidence: ["https://example.com/robots.txt"] } },
    { outcome: "finds the one host of two that fails", robots: [open, unreachableRobots(500, www)], verdict: { evidence: [`${www}/robots.txt (500)`] } },
  ])("$outcome", ({ robots, verdict }) => {
    expect(robots5xx.check(siteFacts({ robots }))).toMatchObject(verdict);
  });

  it.each([
    { outcome: "passes a file that answers", robots: [open], verdict: "pass" },
    { outcome: "passes a missing file: everything is open", robots: [absentRobots], verdict: "pass" },
    { outcome: "has nothing to check when none was asked for", robots: [], verdict: "not-applicable" },
  ])("$outcome", ({ robots, verdict }) => {
    expect(robots5xx.check(siteFacts({ robots }))).toBe(verdict);
  });
});

describe("robots-syntax", () => {
  const mistakes = "Disallow: /early\nUser-agent: *\nNonsense: 1\nSitemap: /sitemap.xml\n";

  it("lists each line with its number and what is wrong with it", () => {
    expect(robotsSyntax.check(siteFacts({ robots: [robotsFile(mistakes)] }))).toMatchObject({
      evidence: ["line 1: Disallow: /early (rule before agent)", "line 3: Nonsense: 1 (unknown directive)", "line 4: Sitemap: /sitemap.xml (bad sitemap url)"],
    });
  });

  it("reads the same text of two hosts once", () => {
    const robots = [robotsFile("Nonsense: 1"), robotsFile("Nonsense: 1", { origin: www })];
    expect(robotsSyntax.check(siteFacts({ robots }))).toMatchObject({ evidence: ["line 1: Nonsense: 1 (unknown directive)"] });
  });

  it("says which of two different files a line is in", () => {
    const robots = [open, robotsFile("Nonsense: 1", { origin: www })];
    expect(robotsSyntax.check(siteFacts({ robots }))).toMatchObject({ evidence: [`${www}/robots.txt line 1: Nonsense: 1 (unknown directive)`] });
  });

  it.each([
    { outcome: "passes a correct file", robots: [open], verdict: "pass" },
    { outcome: "passes an empty file", robots: [robotsFile("")], verdict: "pass" },
    { outcome: "has nothing to check without a file", robots: [absentRobots], verdict: "not-applicable" },
    { outcome: "has nothing to check when the file cannot be read", robots: [unreachableRobots(500)], verdict: "not-applicable" },
  ])("$outcome", ({ robots, verdict }) => {
    expect(robotsSyntax.check(siteFacts({ robots }))).toBe(verdict);
  });
});

describe("robots-too-big", () => {
  it("finds a file one byte over 500 KiB", () => {
    const robots = [robotsFile("User-agent: *", { bytes: 512_001 })];
    expect(robotsTooBig.check(siteFacts({ robots }))).toMatchObject({ evidence: ["https://example.com/robots.txt"] });
  });

  it.each([
    { outcome: "passes a file of exactly 500 KiB", robots: [robotsFile("User-agent: *", { bytes: 512_000 })], verdict: "pass" },
    { outcome: "has nothing to check without a file", robots: [absentRobots], verdict: "not-applicable" },
  ])("$outcome", ({ robots, verdict }) => {
    expect(robotsTooBig.check(siteFacts({ robots }))).toBe(verdict);
  });
});
