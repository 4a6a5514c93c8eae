import type { Audit } from "../../shared/audits/index.ts";
import { dayAt } from "../../shared/platform/index.ts";

interface File {
  /** Letters, digits, dots and dashes; empty for nothing. */
  readonly what: string;
  /** ms since 1970; the file is named for the day, in UTC. */
  readonly at: number;
  readonly extension: string;
}

/** `Content-Disposition` by which a browser saves something instead of showing it, such as `mentha-workspace-2026-11-22.ndjson`. */
export function savedAs({ what, at, extension }: File): string {
  return `attachment; filename="${["mentha", what, dayAt(at)].filter((part) => part !== "").join("-")}.${extension}"`;
}

/** The same for a report, such as `mentha-www.example.com-2026-11-22.csv`, with the day on which the audit was made. */
export function reportSavedAs({ url, createdAt }: Pick<Audit, "url" | "createdAt">, extension: string): string {
  // A host may hold quotes and brackets; what is left needs no escaping in a header and is a name on every file system.
  const host = (URL.parse(url)?.hostname ?? "")
    .replace(/[^\w.-]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "")
    .slice(0, 100);
  return savedAs({ what: host, at: createdAt, extension });
}
