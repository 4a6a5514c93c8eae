export { claimRequest } from "./claim-request.ts";
export { keptMs as answersKeptMs } from "./claim-row.ts";
export { freeClaim } from "./free-claim.ts";
export { keepAnswer } from "./keep-answer.ts";
