export { claimRequest } from "./claim-request.ts";
export { freeClaim } from "./free-claim.ts";
export { keepAnswer } from "./keep-answer.ts";
export { purgeClaims } from "./purge-claims.ts";
