export { retryAfterMs } from "../../platform/index.ts";
