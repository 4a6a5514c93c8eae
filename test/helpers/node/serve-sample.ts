import { startSite } from "./local-site.ts";

// A small site with a few flaws, for trying Mentha by hand and in CI: `npx node test/helpers/node/serve-sample.ts`.
const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body>${body}</body></html>`;

const { url } = await startSite({
  "/": page("A small shop", '<h1>A small shop</h1><a href="/tea">Our tea</a> <a href="/cups">Our cups</a> <a href="/old">Our jars</a>'),
  "/tea": page("Tea", '<h1>Tea</h1><p>Green and black.</p><img src="/leaf.png"><a href="/">click here</a>'),
  "/cups": page("Tea", '<p>Cups of clay.</p><a href="/gone">Plates</a>'),
  "/old": { redirect: "/tea", status: 301 },
  "/robots.txt": "User-agent: *\nAllow: /\nSitemap: {origin}/sitemap.xml\n",
  "/sitemap.xml": '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{origin}/tea</loc></url></urlset>',
});
console.log(url);
