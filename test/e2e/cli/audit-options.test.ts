import { describe, expect, it } from "vitest";
import { type AuditOptions, parseAuditOptions } from "../../../cli/commands/audit-options.ts";

const parse = (line: readonly string[], env: Record<string, string> = {}): AuditOptions => parseAuditOptions(line, env);

describe("the arguments of mentha audit", () => {
  it("audit an address with the defaults of the API", () => {
    expect(parse(["https://example.com"])).toEqual({
      input: { url: "https://example.com/", maxPages: 100, include: [], exclude: [], respectRobots: true },
      budget: {},
      baseline: {},
      outputs: [{ format: "text" }],
      language: "en",
    });
  });

  it("take every option, in any order, lists as often as they are given", () => {
    const line =
      "--max-pages 50 --max-depth=0 --include /a/** --include /b/** example.com/shop --exclude /c --rate 0.5 --user-agent Me/1.0 --no-robots " +
      "--budget b.json --fail-under 85 --max-errors 0 --baseline old.json --write-baseline new.json --format html --out r.html --lang es " +
      "--server mentha.example --key mk_1 --workspace Shop";
    expect(parse([...line.split(" "), "--header", "Authorization: Bearer a:b", "--header=X-Empty:"])).toEqual({
      input: {
        url: "https://example.com/shop",
        maxPages: 50,
        maxDepth: 0,
        include: ["/a/**", "/b/**"],
        exclude: ["/c"],
        requestsPerSecond: 0.5,
        userAgent: "Me/1.0",
        headers: { Authorization: "Bearer a:b", "X-Empty": "" },
        respectRobots: false,
      },
      budget: { file: "b.json", failUnder: 85, maxErrors: 0 },
      baseline: { file: "old.json", writeTo: "new.json" },
      outputs: [{ format: "html", file: "r.html" }],
      language: "es",
      server: { server: "https://mentha.example", key: "mk_1", workspace: "Shop" },
    });
  });

  it("may name one baseline to compare with and to bring up to date", () => {
    expect(parse(["example.com", "--baseline", "b.json", "--write-baseline", "./b.json"]).baseline).toEqual({ file: "b.json", writeTo: "./b.json" });
  });

  it.each<[readonly string[], readonly { format: string; file?: string }[]]>([
    [["--format", "json"], [{ format: "json" }]],
    [["--out", "report.txt"], [{ format: "text", file: "report.txt" }]],
    [["--out", "report.json"], [{ format: "json", file: "report.json" }]],
    [["--out", "Report.HTML"], [{ format: "html", file: "Report.HTML" }]],
    [["--out", "report.htm"], [{ format: "html", file: "report.htm" }]],
    [["--out", "report.md"], [{ format: "md", file: "report.md" }]],
    [["--out", "report.csv"], [{ format: "csv", file: "report.csv" }]],
    [["--out", "report.sarif"], [{ format: "sarif", file: "report.sarif" }]],
    [["--out", "report.sarif.json"], [{ format: "sarif", file: "report.sarif.json" }]],
    [["--out", "report.junit.xml"], [{ format: "junit", file: "report.junit.xml" }]],
    [["--out", "some.folder/report"], [{ format: "text", file: "some.folder/report" }]],
    [["--out", "report.html", "--format", "html"], [{ format: "html", file: "report.html" }]],
    [["--out", "report.log", "--format", "json"], [{ format: "json", file: "report.log" }]],
    [["--out", "-"], [{ format: "text" }]],
    [["--out", "-", "--format", "json"], [{ format: "json" }]],
    [
      ["--out", "-", "--out", "report.md"],
      [{ format: "md", file: "report.md" }, { format: "text" }],
    ],
    [
      ["--out", "a.sarif", "--out", "b.xml"],
      [{ format: "sarif", file: "a.sarif" }, { format: "junit", file: "b.xml" }, { format: "text" }],
    ],
  ])("write what %s asks for", (line, outputs) => {
    expect(parse(["example.com", ...line]).outputs).toEqual(outputs);
  });

  it.each([
    ["example.com", "https://example.com/"],
    ["example.com:8443/a?b=c", "https://example.com:8443/a?b=c"],
    ["http://example.com", "http://example.com/"],
    ["HTTPS://Example.com", "https://example.com/"],
    ["münchen.example", "https://xn--mnchen-3ya.example/"],
    ["localhost", "http://localhost/"],
    ["localhost:3000/x", "http://localhost:3000/x"],
    ["127.0.0.1:8080", "http://127.0.0.1:8080/"],
    ["[::1]:8080", "http://[::1]:8080/"],
    ["https://localhost:3000", "https://localhost:3000/"],
    ["localhost.example", "https://localhost.example/"],
  ])("understand the address %s as %s", (typed, url) => {
    expect(parse([typed]).input.url).toBe(url);
  });

  it("take the server from the environment, where the option wins", () => {
    const env = { MENTHA_SERVER: "https://a.example/" };
    expect(parse(["example.com"], env).server).toEqual({ server: "https://a.example" });
    expect(parse(["example.com", "--server", "https://b.example/mentha/"], env).server).toEqual({ server: "https://b.example/mentha" });
    expect(parse(["example.com"], { MENTHA_SERVER: "", MENTHA_KEY: "mk_env" }).server).toBeUndefined();
  });

  it.each<readonly string[]>([
    ["https://ana:hunter2@example.com/"],
    ["ana:hunter2@example.com"],
    ["ftp://ana:hunter2@example.com"],
    ["https:ana:hunter2@example.com"],
    ["https://ana:hunter2@exa mple.com"],
    ["example.com", "https://ana:hunter2@example.com"],
  ])("take no user and password in an address, and do not repeat them: %s", (...line) => {
    const refused = expect.objectContaining({
      name: "UsageError",
      message: "Leave user and password out of the address; use --header 'Authorization: Basic …'",
    });
    expect(() => parse(line)).toThrow(refused);
  });

  it.each<readonly string[]>([
    ["--server", "https://ana:hunter2@mentha.example", "--key", "mk_1"],
    ["--header", "Authorization Basic hunter2"],
  ])("do not repeat a secret in a complaint: %s", (...line) => {
    expect(() => parse(["example.com", ...line])).toThrow(expect.objectContaining({ name: "UsageError", message: expect.not.stringContaining("hunter2") }));
  });

  it("may hold an @ where it is no user", () => {
    expect(parse(["example.com/@ana?to=a@b"]).input.url).toBe("https://example.com/@ana?to=a@b");
  });

  it.each<[string, readonly string[], string]>([
    ["no address", [], "mentha audit example.com"],
    ["two addresses", ["a.example", "b.example"], "b.example"],
    ["another scheme", ["ftp://example.com"], "http:// or https://"],
    ["what is not an address", ["exa mple.com"], '"exa mple.com" is not an address'],
    ["an empty address", [""], "is not an address"],
    ["spaces in a path", ["https://example.com/a b"], "Write spaces as %20: https://example.com/a%20b"],
    ["an unknown option, with a guess", ["example.com", "--max-page", "3"], "--max-page is not an option. Did you mean --max-pages?"],
    ["an unknown option that is like none", ["example.com", "--zzzzzzzz"], "--zzzzzzzz is not an option."],
    ["an unknown short option", ["example.com", "-x"], "-x is not an option."],
    ["an option without its value", ["example.com", "--out"], "--out needs a value: --out FILE"],
    ["an option where a value should be", ["example.com", "--out", "--lang", "es"], "--out needs a value: --out FILE"],
    ["a value for a switch", ["example.com", "--no-robots=yes"], "--no-robots takes no value"],
    ["a number that is none", ["example.com", "--max-pages", "many"], '--max-pages: "many" is not a number'],
    ["a fraction of a page", ["example.com", "--max-pages", "1.5"], "--max-pages: 1.5 is not a whole number"],
    ["no pages", ["example.com", "--max-pages", "0"], "--max-pages: must be at least 1"],
    ["too many pages", ["example.com", "--max-pages", "50001"], "--max-pages: must be at most 50000"],
    ["a negative depth", ["example.com", "--max-depth", "-1"], "--max-depth: -1 is not a whole number of 0 or more"],
    ["a rate of nothing", ["example.com", "--rate", "0"], "--rate: must be more than 0"],
    ["too high a rate", ["example.com", "--rate", "51"], "--rate: must be at most 50"],
    ["a score above 100", ["example.com", "--fail-under", "101"], "--fail-under: must be at most 100"],
    ["a header without a colon", ["example.com", "--header", "Authorization"], "--header: write a name and a value"],
    ["a header with an impossible name", ["example.com", "--header", "A B: c"], "--header:"],
    ["a user agent of odd characters", ["example.com", "--user-agent", "ñ"], "--user-agent: Use printable ASCII characters only"],
    ["an unknown format", ["example.com", "--format", "pdf"], '--format: "pdf" is not one of text, json, html, md, csv, sarif, junit'],
    ["an unknown language", ["example.com", "--lang", "fr"], '--lang: "fr" is not one of en, es'],
    ["one file for two reports", ["example.com", "--out", "r.md", "--out", "./r.md"], "--out: ./r.md is given twice"],
    ["a report over the budget", ["example.com", "--budget", "b.json", "--out", "b.json"], "--budget and --out name the same file: b.json"],
    ["a report over the baseline", ["example.com", "--out", "b.json", "--baseline", "b.json"], "--baseline and --out name the same file: b.json"],
    ["a baseline over the budget", ["example.com", "--write-baseline", "b.json", "--budget", "b.json"], "--budget and --write-baseline name the same file"],
    ["an end that says no format", ["example.com", "--out", "report.pdf"], "--out: the end of report.pdf says no format. Let it end with one of .sarif.json,"],
    ["a format that the name denies", ["example.com", "--out", "x.html", "--format", "json"], "the end of x.html says html. Leave out --format, or let"],
    ["a pattern without a slash", ["example.com", "--include", "docs"], "--include: Begin a pattern with a slash, such as `/docs/**`"],
    ["an address for a pattern", ["example.com", "--exclude", "example.com/a"], "--exclude: Begin a pattern with a slash"],
    ["one format for several reports", ["example.com", "--format", "md", "--out", "a.md", "--out", "b.md"], "--format is for one report"],
    ["a key without a server", ["example.com", "--key", "mk_1"], "--key is for a server: give --server URL"],
    ["a workspace without a server", ["example.com", "--workspace", "Shop"], "--workspace is for a server: give --server URL"],
  ])("refuse %s and say what to change", (_, line, message) => {
    expect(() => parse(line)).toThrow(expect.objectContaining({ name: "UsageError", message: expect.stringContaining(message) }));
  });
});
