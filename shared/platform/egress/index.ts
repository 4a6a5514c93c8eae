export { checkUrl, type EgressPolicy, isLoopbackUrl, parseHostPort } from "./check-url.ts";
export { discard } from "./discard.ts";
export { EgressError } from "./egress-error.ts";
export { type EgressOptions, type EgressResponse, egressFetch } from "./egress-fetch.ts";
export { narrowTo } from "./narrow-to.ts";
