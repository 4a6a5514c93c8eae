import type { SiteRoutes } from "../node/site-route.ts";

const page = (title: string, body: string, head = ""): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width">${head}</head><body><h1>${title}</h1>${body}</body></html>`;

const links = (...paths: string[]): string => paths.map((path) => `<p><a href="${path}">About ${path}</a></p>`).join("");

/** A site of some twenty pages with a fault of nearly every kind, and a few pages that only its sitemap names. */
export function smallSite(origin: string): SiteRoutes {
  const articles = Array.from({ length: 12 }, (_, i) => `/articles/${i}`);
  return {
    "/robots.txt": `User-agent: *\nDisallow: /private/\nSitemap: ${origin}/sitemap.xml\n`,
    "/sitemap.xml": `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${["/", "/only-in-sitemap", "/gone"].map((path) => `<url><loc>${origin}${path}</loc></url>`).join("")}</urlset>`,
    "/": page("The start of a small site", links("/a", "/b", "/old", "/missing", "/private/page", "/picture.png", ...articles)),
    "/a": page("The same title on two pages", `${links("/", "/b")}<img src="/x.png">`),
    "/b": page("The same title on two pages", links("/missing", "/broken"), '<link rel="canonical" href="/a">'),
    "/old": { status: 301, redirect: "/older" },
    "/older": { status: 302, redirect: "/a" },
    "/broken": { status: 500, body: "no" },
    "/only-in-sitemap": page("Named by the sitemap alone", links("/")),
    "/private/page": page("Nobody may read this", ""),
    ...Object.fromEntries(
      articles.map((path, i) => [path, page(`Article number ${i} of the small site`, links("/", articles[(i + 1) % 12] ?? "/", "/missing"))]),
    ),
  };
}
