import { apiBrowserPolicy, pagePolicy } from "../middleware/secure-headers.ts";
import { api } from "../route.ts";

const home = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Mentha</title>
<style>body{font:1.1rem/1.6 system-ui;max-width:36rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}</style>
<h1>Mentha</h1>
<p>This is the API of a Mentha installation: it audits sites for search engines and AI answers.</p>
<ul>
<li><a href="/docs">Browse and try the API</a></li>
<li><a href="/openapi.json">OpenAPI document</a></li>
<li><a href="/readyz">Is it ready for work?</a></li>
</ul>
</html>
`;

const browser = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Mentha API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`;

// A file of its own, so that the page's policy needs to allow no inline script.
const browserStart = `// Swagger UI has dark colours, yet does not ask what the person prefers.
const dark = matchMedia("(prefers-color-scheme: dark)");
const colour = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", colour);
colour();
// It also scrolls to the last of the keys it asks for; most people have the first.
document.addEventListener("click", ({ target }) => {
  if (target.closest(".auth-wrapper .authorize, .authorization__btn")) requestAnimationFrame(showFirstKey);
});
function showFirstKey() {
  document.querySelector(".auth-container input")?.focus();
  document.querySelector(".modal-ux-content")?.scrollTo(0, 0);
}
SwaggerUIBundle({ url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, tryItOutEnabled: true });
`;

/** The pages for people: what this is, and the API browser. `document` yields the OpenAPI document. */
export function docsRoutes(document: () => object) {
  let written: string | undefined;
  // Written at the first question and kept: anyone may ask, and it changes only with the code.
  const openApi = (): string => {
    written ??= JSON.stringify(document());
    return written;
  };
  return api()
    .get("/", (c) => c.html(home, 200, { "Content-Security-Policy": pagePolicy }))
    .get("/docs", (c) => c.html(browser, 200, { "Content-Security-Policy": apiBrowserPolicy }))
    .get("/docs/start.js", (c) => c.body(browserStart, 200, { "Content-Type": "text/javascript; charset=utf-8" }))
    .get("/openapi.json", (c) => c.body(openApi(), 200, { "Content-Type": "application/json" }));
}
