import { existsSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { BaselineFile } from "../../cli/baseline/baseline-file.ts";
import { BudgetFile } from "../../cli/budget/budget-file.ts";
import { help, parseAuditOptions } from "../../cli/commands/audit-options.ts";
import { exitCodes } from "../../cli/exit-codes.ts";
import { formats, outputsOf } from "../../cli/reports/outputs.ts";
import { inRoot } from "../../local/paths.ts";

const docs = readFileSync(inRoot("docs", "ci.md"), "utf8");
const blocks = (language: string): string[] => [...docs.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(([, text = ""]) => text);
/** What is said between the blocks of code. */
const prose = docs.replaceAll(/```[\s\S]*?```/g, "");

const Step = z.object({
  name: z.string(),
  uses: z.string().optional(),
  run: z.string().optional(),
  if: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const Workflow = z.object({
  on: z.object({ pull_request: z.null(), push: z.object({ branches: z.array(z.string()) }) }),
  permissions: z.record(z.string(), z.enum(["read", "write"])),
  jobs: z.object({ audit: z.object({ "runs-on": z.string(), steps: z.array(Step) }) }),
});
const workflow = Workflow.parse(parse(readFileSync(inRoot("docs", "examples", "mentha.yml"), "utf8")));
const { steps } = workflow.jobs.audit;

const gitlab = z.object({ mentha: z.object({ script: z.array(z.string()), artifacts: z.object({ reports: z.object({ junit: z.string() }) }) }) });

/** The command lines of Mentha that are shown, each without the words in front of its options. */
const program = "mentha/node_modules/.bin/node mentha/cli/mentha.js audit ";
const shown = [...steps.flatMap(({ run }) => run ?? []), ...blocks("yaml").flatMap((text) => gitlab.parse(parse(text)).mentha.script), ...blocks("sh")].flatMap(
  (text) => (text.startsWith(program) ? [text.slice(program.length).trim()] : []),
);

describe("the page about CI", () => {
  it("shows command lines", () => {
    expect(shown).toHaveLength(5);
  });

  it.each(shown)("shows a command line that is understood: %s", (line) => {
    expect(parseAuditOptions(line.split(/\s+/), {}).input.url).toBe("http://localhost:3000/");
  });

  it("names the program where a checkout has it", () => {
    expect(existsSync(inRoot("cli", "mentha.js"))).toBe(true);
    expect(existsSync(inRoot("node_modules", ".bin", "node"))).toBe(true);
  });

  it.each([...new Set(prose.match(/--[a-z][a-z-]*/g))])("names an option that exists: %s", (option) => {
    expect([...help.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, name]) => name)).toContain(option);
  });

  it("shows a budget and a baseline that the command line and editors accept", () => {
    const [budget = "", baseline = "", ...more] = blocks("json");
    expect(more).toEqual([]);
    for (const [schema, file, text] of [
      [BudgetFile, "budget", budget],
      [BaselineFile, "baseline", baseline],
    ] as const) {
      const value: unknown = JSON.parse(text);
      schema.parse(value);
      const published: object = JSON.parse(readFileSync(inRoot("schemas", `${file}.schema.json`), "utf8"));
      const validate = new Ajv2020({ formats: { "date-time": true } }).compile(published);
      expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  it.each(Object.keys(BudgetFile.shape).filter((key) => key !== "$schema"))("explains the budget's %s", (key) => {
    expect(docs).toContain(`| \`${key}\` |`);
  });

  it.each(Object.values(exitCodes))("explains exit code %i", (code) => {
    expect(docs).toMatch(new RegExp(`^\\| ${code} \\|`, "m"));
  });

  it("says of each ending of a file the format that it gets", () => {
    const rows = [...docs.matchAll(/^\| (`\.[^|]*) \| (\w+) \|/gm)];
    expect(new Set(rows.map(([, , format]) => format))).toEqual(new Set(formats));
    for (const [, endings = "", format] of rows) {
      for (const [, ending = ""] of endings.matchAll(/`(\.[a-z.]+)`/g)) expect(outputsOf(undefined, [`report${ending}`])[0]?.format).toBe(format);
    }
  });
});

describe("the workflow for GitHub Actions", () => {
  it("publishes only files that the audit writes, also after a budget was missed", () => {
    const audit = steps.find(({ run }) => run?.startsWith(program));
    const written = [...(audit?.run ?? "").matchAll(/--out (\S+)/g)].map(([, name]) => name);
    const publishing = steps.slice(audit === undefined ? steps.length : steps.indexOf(audit) + 1);
    expect(publishing.length).toBeGreaterThan(2);
    for (const step of publishing) {
      const condition = /^\$\{\{ !cancelled\(\) && hashFiles\('(.+)'\) != '' \}\}$/.exec(step.if ?? "");
      expect(written, step.name).toContain(condition?.[1]);
    }
    const upload = steps.find(({ uses }) => uses?.startsWith("github/codeql-action/upload-sarif@"));
    expect(written).toContain(upload?.with?.sarif_file);
    expect(workflow.permissions).toEqual({ contents: "read", "security-events": "write" });
  });

  it("installs Mentha where the audit looks for it", () => {
    const checkout = steps.find(({ with: inputs }) => inputs?.repository !== undefined);
    expect(checkout?.with?.path).toBe(program.split("/")[0]);
  });
});
