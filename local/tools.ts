import { spawn } from "node:child_process";
import { delimiter } from "node:path";
import { inRoot, root } from "./paths.ts";

interface ToolResult {
  /** Exit code; 1 when a signal ended the tool. */
  readonly code: number;
  /** What it wrote to stdout and stderr, in the order it arrived. */
  readonly output: string;
  /** The part of it that went to stdout. */
  readonly stdout: string;
}

interface ToolOptions {
  /** Hands the tool the terminal; nothing is collected then. */
  readonly show?: boolean;
  /** Environment variables over those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a tool of `node_modules/.bin` on the project's own Node and collects what it prints; never rejects for a failing tool. */
export function runTool(tool: string, args: readonly string[], { show = false, env = {} }: ToolOptions = {}): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, args, {
      cwd: root,
      env: {
        ...process.env,
        // The tools start with `#!/usr/bin/env node`: the Node that npm installed must come first.
        PATH: [inRoot("node_modules", ".bin"), process.env.PATH].join(delimiter),
        WRANGLER_SEND_METRICS: "false",
        WRANGLER_HIDE_BANNER: "true",
        ...env,
      },
      stdio: show ? "inherit" : ["ignore", "pipe", "pipe"],
    });
    const end = () => void child.kill();
    process.once("exit", end);
    let output = "";
    let stdout = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.on("error", reject);
    child.on("close", (code) => {
      process.off("exit", end);
      resolve({ code: code ?? 1, output, stdout });
    });
  });
}
