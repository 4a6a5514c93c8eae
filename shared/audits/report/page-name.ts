import { sitePath } from "./site-path.ts";

/** How a report names a page: the home page by its host, others as `sitePath` does. */
export function nameOfPage(address: string, start: string): string {
  const path = sitePath(address, start);
  return path === "/" ? (URL.parse(address)?.host ?? path) : path;
}
