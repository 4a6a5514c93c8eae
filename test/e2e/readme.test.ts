import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Every command that the README shows, and what runs it at each change. A command without a line here fails the build. */
const proofs: Readonly<Record<string, { file: string; runs: string }>> = {
  "npm ci && npm start": { file: ".ci/run", runs: "npm start" },
  "npm ci && npm test": { file: ".ci/run", runs: "npm test" },
  "npx mentha audit https://example.com": { file: ".ci/run", runs: 'mentha audit "$site/"' },
  'curl -X POST http://localhost:8787/api/v1/audits -H "X-API-Key: $KEY" -H "Content-Type: application/json" -d \'{"url": "https://example.com/", "maxPages": 20}\'':
    {
      file: ".ci/run",
      runs: "-X POST \"$url/api/v1/audits\" -H 'Content-Type: application/json'",
    },
  "npx mentha login http://localhost:8787": { file: "test/e2e/cli/sign-in.test.ts", runs: '["login", server.url' },
  "npx mentha whoami": { file: "test/e2e/cli/sign-in.test.ts", runs: '["whoami"]' },
  "npx mentha keys create --name CI --scope audits:read,audits:write --expires 90d": {
    file: "test/e2e/cli/sign-in.test.ts",
    runs: '["keys", "create", "--name", "CI", "--scope", "audits:read,audits:write", "--expires", "90d"]',
  },
  "npx mentha listen": { file: "test/e2e/cli/listen-live.test.ts", runs: '"listen"' },
  "npx mentha webhooks create --url https://example.com/hooks --events audit.completed,finding.opened": {
    file: "test/e2e/cli/webhooks.test.ts",
    runs: '["create", ...flags',
  },
  "npx mentha schedules create --name Weekly --start site-audits --cron '0 3 * * MON'": {
    file: "test/e2e/cli/schedules.test.ts",
    runs: '"--name", "Weekly", "--start", "site-audits"',
  },
  "npx mentha schedules runs Weekly": { file: "test/e2e/cli/schedules.test.ts", runs: '["runs", id]' },
  'curl -H "X-API-Key: $KEY" "http://localhost:8787/api/v1/audits?limit=1"': { file: "local/banner.ts", runs: "/api/v1/audits?limit=1" },
};

const readme = read("README.md");
const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) => block.trim().split("\n"));
const help = execFileSync(process.execPath, [join(root, "cli/mentha.js"), "audit", "--help"], { encoding: "utf8" });
/** What the list of options in the help says, without its examples. */
const known = [...help.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, name]) => name);
const options = [...readme.matchAll(/^\|[^|]*\| `(--.*?)` \|$/gm)].flatMap(([, cell = ""]) => cell.match(/--[a-z-]+/g) ?? []);

describe("the README", () => {
  it("shows commands", () => {
    expect(commands.length).toBeGreaterThan(3);
    expect(options.length).toBeGreaterThan(8);
  });

  it.each(commands)("shows a command that is run at each change: %s", (command) => {
    const proof = proofs[command];
    expect(proof, "give it a line in the table of proofs").toBeDefined();
    expect(read(proof?.file ?? "")).toContain(proof?.runs);
  });

  it.each(options)("names an option that mentha audit --help knows: %s", (option) => {
    expect(known).toContain(option);
  });
});
