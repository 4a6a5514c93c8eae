import type { Audit } from "../../shared/audits/index.ts";

/**
 * `Content-Disposition` by which a browser saves a report instead of showing it, such as `mentha-www.example.com-2026-11-22.csv`.
 * The date is the day on which the audit was made, in UTC.
 */
export function savedAs({ url, createdAt }: Pick<Audit, "url" | "createdAt">, extension: string): string {
  // A host may hold quotes and brackets; what is left needs no escaping in a header and is a name on every file system.
  const host = (URL.parse(url)?.hostname ?? "")
    .replace(/[^\w.-]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "")
    .slice(0, 100);
  const day = new Date(createdAt).toISOString().slice(0, 10);
  return `attachment; filename="${["mentha", host, day].filter((part) => part !== "").join("-")}.${extension}"`;
}
