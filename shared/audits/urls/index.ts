export { isAssetPath } from "./asset-path.ts";
export { normaliseUrl } from "./normalise-url.ts";
export { pathPrefix } from "./path-prefix.ts";
export { createScope, type Scope, siteOf } from "./scope.ts";
