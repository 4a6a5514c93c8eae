import { secureHeaders as honoSecureHeaders } from "hono/secure-headers";

const nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** For pages that are one file: inline styles, no script, no request to anywhere. */
export const pagePolicy = `${nothing}; style-src 'unsafe-inline'; img-src data:`;

/** For a page that quotes what strangers wrote: as `pagePolicy`, and with no origin that a script could borrow. */
export const quotingPagePolicy = `${pagePolicy}; sandbox allow-popups allow-popups-to-escape-sandbox`;

/** For the API browser: our own script and style sheet; Swagger UI draws with inline styles and data images. */
export const apiBrowserPolicy = `${nothing}; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'`;

/** For pages with a script of ours: nothing inline, and no text ever becomes markup. */
export const scriptedPagePolicy = `${nothing}; script-src 'self'; style-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'`;

/** Two years (63,072,000 s): OWASP ASVS 5.0 (3.4.1) asks for one at least; Hono's default is half of that. */
export const strictTransportSecurity = "max-age=63072000; includeSubDomains";

/** Headers that keep a browser from running, framing or sniffing an answer. A handler that needs a looser policy sets its own first. */
export const secureHeaders = honoSecureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
  strictTransportSecurity,
  xFrameOptions: "DENY",
  overwrite: false,
});
