import { describe, expect, it } from "vitest";
import { createRobotsGate } from "../../../../../shared/audits/crawl/robots-gate.ts";
import type { RobotsFacts } from "../../../../../shared/audits/facts/site-facts.ts";
import { absentRobots, robotsFile, unreachableRobots } from "../../../../helpers/worker/site-facts.ts";

const url = "https://example.com/private/a";
const closing = robotsFile("User-agent: *\nDisallow: /private");

/** A gate in front of origins with these files; `asked` lists the origins whose file was looked up. */
function gateTo(files: readonly RobotsFacts[], respectRobots = true) {
  const asked: string[] = [];
  const robotsOf = (origin: string): RobotsFacts | null => {
    asked.push(origin);
    return files.find((file) => file.origin === origin) ?? null;
  };
  return { gate: createRobotsGate({ robotsOf }, { url: "https://example.com/start", options: { respectRobots } }), asked };
}

describe("an address", () => {
  it.each([
    { where: "its robots.txt says nothing of it", file: robotsFile("User-agent: *\nDisallow: /other"), admission: "allowed" },
    { where: "its robots.txt closes it", file: closing, admission: "blocked" },
    {
      where: "its robots.txt opens it to our crawler alone",
      file: robotsFile("User-agent: *\nDisallow: /\n\nUser-agent: MenthaBot\nAllow: /"),
      admission: "allowed",
    },
    {
      where: "its robots.txt closes it to our crawler alone",
      file: robotsFile("User-agent: MenthaBot\nDisallow: /\n\nUser-agent: *\nAllow: /"),
      admission: "blocked",
    },
    { where: "there is no robots.txt", file: absentRobots, admission: "allowed" },
    { where: "robots.txt does not answer", file: unreachableRobots(503), admission: "blocked" },
    { where: "we failed to read robots.txt", file: robotsFile("", { outcome: "not-analysed", status: null }), admission: "unasked" },
  ])("is $admission where $where", ({ file, admission }) => {
    expect(gateTo([file]).gate(url)).toBe(admission);
  });

  it("is not asked for before its robots.txt is known, and is judged by it from then on", () => {
    const files: RobotsFacts[] = [];
    const { gate } = gateTo(files);
    expect(gate(url)).toBe("unasked");
    files.push(closing);
    expect(gate(url)).toBe("blocked");
  });

  it("is judged by the robots.txt of its own origin", () => {
    const { gate } = gateTo([closing, robotsFile("", { origin: "https://www.example.com" })]);
    expect([gate(url), gate("https://www.example.com/private/a"), gate("http://example.com/private/a")]).toEqual(["blocked", "allowed", "unasked"]);
  });

  it("is allowed whatever robots.txt says on an audit that ignores it, over http and https", () => {
    const { gate, asked } = gateTo([closing], false);
    expect([gate(url), gate("http://example.com/private/a")]).toEqual(["allowed", "allowed"]);
    expect(asked).toEqual([]);
  });

  it.each(["https://www.example.com", "https://example.com:8443", "https://example.com.", "https://example.org"])(
    "is judged by the robots.txt of %s on an audit that ignores the one of https://example.com",
    (origin) => {
      const { gate } = gateTo([robotsFile("User-agent: *\nDisallow: /private", { origin })], false);
      expect([gate(`${origin}/private/a`), gate(`${origin}/open`)]).toEqual(["blocked", "allowed"]);
    },
  );
});

it("a robots.txt is looked up once, however many of its addresses are judged", () => {
  const { gate, asked } = gateTo([closing, absentRobots]);
  for (const path of ["/", "/private/a", "/b"]) gate(`https://example.com${path}`);
  expect(asked).toEqual(["https://example.com"]);
});
