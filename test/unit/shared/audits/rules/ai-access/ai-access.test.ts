import { describe, expect, it } from "vitest";
import { aiSearchBotBlocked } from "../../../../../../shared/audits/rules/ai-access/ai-search-bot-blocked.ts";
import { aiTrainingBlocked } from "../../../../../../shared/audits/rules/ai-access/ai-training-blocked.ts";
import { aiUserFetchBlocked } from "../../../../../../shared/audits/rules/ai-access/ai-user-fetch-blocked.ts";
import { aiBots } from "../../../../../../shared/audits/rules/ai-access/bots.ts";
import { renderMessage } from "../../../../../../shared/audits/rules/rule.ts";
import { absentRobots, robotsFile, siteFacts, unreachableRobots } from "../../../../../helpers/worker/site-facts.ts";

const byPurpose = [
  { rule: aiSearchBotBlocked, bots: ["OAI-SearchBot", "Claude-SearchBot", "PerplexityBot", "Googlebot", "Bingbot"] },
  { rule: aiUserFetchBlocked, bots: ["ChatGPT-User", "Claude-User", "Perplexity-User"] },
  { rule: aiTrainingBlocked, bots: ["GPTBot", "ClaudeBot", "Google-Extended", "Applebot-Extended", "CCBot", "Bytespider", "meta-externalagent"] },
];
const check = (rule: typeof aiSearchBotBlocked, body: string, startUrl = "https://example.com/") =>
  rule.check(siteFacts({ startUrl, robots: [robotsFile(body)] }));

describe.each(byPurpose)("$rule.id", ({ rule, bots }) => {
  it("names every bot of its purpose when everything is closed", () => {
    expect(check(rule, "User-agent: *\nDisallow: /")).toEqual({
      evidence: bots.map((bot) => `${bot}: / (line 2)`),
      values: { bots: bots.join(", "), paths: "/" },
    });
  });

  it("names only the bot that is closed out", () => {
    const [bot = ""] = bots;
    expect(check(rule, `User-agent: *\nAllow: /\n\nUser-agent: ${bot}\nDisallow: /`)).toMatchObject({ evidence: [`${bot}: / (line 5)`] });
  });

  it.each(byPurpose.filter((other) => other.rule !== rule).map((other) => ({ id: other.rule.id, others: other.bots })))(
    "does not mind what $id is about",
    ({ others }) => {
      expect(check(rule, `${others.map((bot) => `User-agent: ${bot}`).join("\n")}\nDisallow: /`)).toBe("pass");
    },
  );

  it.each([
    { outcome: "passes without a robots.txt", robots: [absentRobots], verdict: "pass" },
    { outcome: "passes an empty one", robots: [robotsFile("")], verdict: "pass" },
    { outcome: "has nothing to check when it cannot be read", robots: [unreachableRobots(503)], verdict: "not-applicable" },
    { outcome: "has nothing to check when none was asked for", robots: [], verdict: "not-applicable" },
  ])("$outcome", ({ robots, verdict }) => {
    expect(rule.check(siteFacts({ robots }))).toBe(verdict);
  });
});

describe("a blocked AI bot", () => {
  it("is found at the start page where only that is closed", () => {
    expect(check(aiSearchBotBlocked, "User-agent: Bingbot\nDisallow: /shop", "https://example.com/shop?page=1")).toEqual({
      evidence: ["Bingbot: /shop?page=1 (line 2)"],
      values: { bots: "Bingbot", paths: "/shop?page=1" },
    });
  });

  it("is let through where the start page is opened again, and found at the root", () => {
    const body = "User-agent: Googlebot\nDisallow: /\nAllow: /shop";
    expect(check(aiSearchBotBlocked, body, "https://example.com/shop")).toMatchObject({ evidence: ["Googlebot: / (line 2)"] });
  });

  it("is not found where only other folders are closed", () => {
    expect(check(aiSearchBotBlocked, "User-agent: *\nDisallow: /admin/")).toBe("pass");
  });

  it("is named with the full address on another host, and once where both hosts serve the same text", () => {
    const closed = "User-agent: PerplexityBot\nDisallow: /";
    const www = robotsFile(closed, { origin: "https://www.example.com" });
    expect(aiSearchBotBlocked.check(siteFacts({ robots: [robotsFile(""), www] }))).toMatchObject({
      evidence: ["PerplexityBot: https://www.example.com/ (line 2)"],
    });
    expect(aiSearchBotBlocked.check(siteFacts({ robots: [robotsFile(closed), www] }))).toMatchObject({ evidence: ["PerplexityBot: / (line 2)"] });
  });

  it("is found on the host that can be read when the other cannot", () => {
    const robots = [unreachableRobots(500, "https://www.example.com"), robotsFile("User-agent: GPTBot\nDisallow: /")];
    expect(aiTrainingBlocked.check(siteFacts({ robots }))).toMatchObject({ evidence: ["GPTBot: / (line 2)"] });
  });

  it("is named in a message of bounded length, however long the start address is", () => {
    const verdict = check(aiSearchBotBlocked, "User-agent: *\nDisallow: /", `https://example.com/${"x".repeat(1_900)}`);
    if (typeof verdict === "string") throw new Error("Expected a finding");
    expect(renderMessage(aiSearchBotBlocked.text.en, verdict.values ?? {}, verdict.evidence.length).length).toBeLessThan(500);
  });
});

describe("the table of AI bots", () => {
  it.each(aiBots)("has a token that robots.txt can name, a page and a date for $token", ({ token, documentation, checked, vendor }) => {
    expect(token).toMatch(/^[A-Za-z_-]+$/);
    expect(checked).toMatch(/^20\d\d-(0[1-9]|1[0-2])$/);
    if (vendor !== "ByteDance") expect(documentation).toMatch(/^https:\/\//);
  });

  it("has every token once", () => {
    expect(new Set(aiBots.map(({ token }) => token.toLowerCase())).size).toBe(aiBots.length);
  });
});
