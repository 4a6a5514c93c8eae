export { isAddress } from "./addresses.ts";
export { checkUrl, type EgressPolicy, hostOf, isLoopbackUrl, parseHostPort } from "./check-url.ts";
export { discard } from "./discard.ts";
export { EgressError } from "./egress-error.ts";
export { type EgressOptions, type EgressResponse, egressFetch } from "./egress-fetch.ts";
export { narrowTo } from "./narrow-to.ts";
