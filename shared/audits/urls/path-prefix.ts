/**
 * The section of a site that an address belongs to: `/blog` for `/blog`, `/blog/` and `/blog/a/b`, and `/` for the home page
 * and files beside it (`/about.html`). A section has no dot in its last segment, so that an endless `/calendar?day=…` is a section too.
 */
export function pathPrefix(url: string): string {
  const path = URL.parse(url)?.pathname ?? "/";
  const end = path.indexOf("/", 1);
  if (end !== -1) return path.slice(0, end);
  return path.includes(".") ? "/" : path;
}
