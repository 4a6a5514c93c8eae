import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { inRoot } from "../local/paths.ts";

/** One line that says where figures come from. */
export function machine(): string {
  const processors = cpus();
  const { version } = JSON.parse(readFileSync(inRoot("node_modules", "workerd", "package.json"), "utf8"));
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GB`;
  return `${processors.length} × ${processors[0]?.model.trim() ?? "unknown processor"}, ${memory}, ${process.platform}, Node ${process.versions.node}, workerd ${String(version)}`;
}
