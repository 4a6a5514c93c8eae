import { fromOctets, toOctets } from "./octets.ts";
import { compilePattern, escapePattern, type PathPattern } from "./path-pattern.ts";
import { type Directive, hidesDirective, isAsciiSpace, readLine, recognise } from "./robots-line.ts";
import { ProblemList, type RobotsProblem, type RobotsProblemKind } from "./robots-problem.ts";

/** How much of a robots.txt is read: 500 KiB, the least that RFC 9309 (2.5) asks for and the most that Google reads. */
export const maxRobotsBytes = 512_000;
/** Bytes of one line that count: Google's line buffer, 8 × 2,083 with its end mark. */
const maxLineBytes = 2_083 * 8 - 1;

/** Whom one User-agent line addresses. Both names are in lower case. */
export interface AgentLine {
  readonly everyone: boolean;
  /** Up to the first character that RFC 9309 does not allow in a product token: `ai` for `AI2Bot`. */
  readonly token: string;
  /** Up to the first space or slash: `ai2bot` for `AI2Bot/1.0`. */
  readonly name: string;
}

export interface Rule {
  readonly allow: boolean;
  readonly line: number;
  /** As written. */
  readonly written: string;
  readonly pattern: PathPattern;
}

/** User-agent lines with no rule between them, and the rules up to the next User-agent line. */
export interface Group {
  readonly agents: AgentLine[];
  readonly rules: Rule[];
  /** Each binds the first `agentCount` agents: those above it. */
  readonly delays: { readonly seconds: number; readonly agentCount: number }[];
}

/** A parsed robots.txt; ask it through the functions of this room. */
export interface Robots {
  readonly groups: readonly Group[];
  /** Values of the Sitemap lines, as written. */
  readonly sitemaps: readonly string[];
  readonly problems: readonly RobotsProblem[];
}

/**
 * Reads a robots.txt, as `decodeRobots` yields it, as Google's open-source parser does (RFC 9309 and its lenient extensions).
 * Anything is readable; mistakes become `problems`.
 */
export function parseRobots(body: string): Robots {
  const reader = new RobotsReader();
  const octets = toOctets(body.slice(0, maxRobotsBytes)).slice(0, maxRobotsBytes);
  // A byte order mark is skipped, and as much of one as there is.
  const text = octets.replace(/^\xef(?:\xbb\xbf?)?/, "");
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) reader.read(index + 1, line);
  return { groups: reader.groups, sitemaps: reader.sitemaps, problems: reader.problems.items };
}

/** What is wrong with the file, at most 500 lines of it, in its order. */
export function robotsProblems(robots: Robots): readonly RobotsProblem[] {
  return robots.problems;
}

class RobotsReader {
  readonly groups: Group[] = [];
  readonly sitemaps: string[] = [];
  readonly problems = new ProblemList();
  #group: Group | null = null;
  /** A rule was read since the last User-agent line: the next one opens a new group. Other directives do not close a group. */
  #closed = true;

  read(number: number, whole: string): void {
    const line = whole.slice(0, maxLineBytes);
    const report = (kind: RobotsProblemKind | null): void => {
      if (kind !== null) this.problems.add(number, fromOctets(whole), kind);
    };
    if (line.length < whole.length) report("line-too-long");
    const parsed = readLine(line);
    if (parsed === "empty") return;
    if (parsed === "not-understood") report("not-understood");
    else {
      const { directive, misspelled } = recognise(parsed.key);
      if (misspelled) report("misspelled-directive");
      else if (!parsed.hasColon && directive !== "unknown") report("missing-colon");
      report(directive === "unknown" && hidesDirective(parsed.key) ? "invisible-character" : this.#apply(directive, parsed.value, number));
    }
  }

  #apply(directive: Directive | "harmless" | "unknown", value: string, number: number): RobotsProblemKind | null {
    switch (directive) {
      case "user-agent":
        return this.#addAgent(value);
      case "allow":
      case "disallow":
        return this.#addRule(directive === "allow", value, number);
      case "crawl-delay":
        return this.#addDelay(value);
      case "sitemap":
        this.sitemaps.push(fromOctets(value));
        return isHttpUrl(fromOctets(value)) ? null : "bad-sitemap-url";
      case "harmless":
        return null;
      case "unknown":
        return "unknown-directive";
    }
  }

  #addAgent(value: string): RobotsProblemKind | null {
    if (this.#closed || this.#group === null) {
      this.#group = { agents: [], rules: [], delays: [] };
      this.groups.push(this.#group);
      this.#closed = false;
    }
    this.#group.agents.push(readAgent(value));
    return value === "" ? "empty-agent" : null;
  }

  #addRule(allow: boolean, value: string, line: number): RobotsProblemKind | null {
    if (this.#group === null) return "rule-before-agent";
    this.#closed = true;
    if (value === "") return null; // says nothing, which is how a file states that there is no restriction
    const escaped = escapePattern(value);
    const written = fromOctets(value);
    this.#group.rules.push({ allow, line, written, pattern: compilePattern(escaped) });
    // Whoever allows the index file of a folder means the folder too: Google reads `/x/index.html` as `/x/$` besides.
    const folder = escaped.slice(0, escaped.lastIndexOf("/") + 1);
    if (allow && escaped.startsWith("/index.htm", folder.length - 1)) {
      this.#group.rules.push({ allow, line, written, pattern: compilePattern(`${folder}$`) });
    }
    if (!value.startsWith("/") && !value.startsWith("*")) return "bad-path";
    return value.slice(0, -1).includes("$") ? "dollar-inside-path" : null;
  }

  #addDelay(value: string): RobotsProblemKind | null {
    if (this.#group === null) return "rule-before-agent";
    if (!/^(\d{1,9}(\.\d{0,9})?|\.\d{1,9})$/.test(value)) return "bad-crawl-delay";
    this.#group.delays.push({ seconds: Number(value), agentCount: this.#group.agents.length });
    return null;
  }
}

function readAgent(value: string): AgentLine {
  // A star with words behind it still addresses everyone (Google).
  const everyone = value.startsWith("*") && (value.length === 1 || isAsciiSpace(value.charCodeAt(1)));
  const token = /^[a-z_-]*/i.exec(value)?.[0] ?? "";
  const name = /^[^\s/]*/.exec(fromOctets(value))?.[0] ?? "";
  return { everyone, token: token.toLowerCase(), name: name.toLowerCase() };
}

function isHttpUrl(value: string): boolean {
  return /^https?:\/\//i.test(value) && URL.canParse(value);
}
