// Straight from its file: the platform's index brings more than help and typing mistakes should wait for.
export { nearest } from "../shared/platform/nearest.ts";
