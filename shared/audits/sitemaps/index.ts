export { readSitemap } from "./read-sitemap.ts";
