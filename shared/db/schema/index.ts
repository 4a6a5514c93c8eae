export * from "./audits.ts";
export * from "./identity.ts";
export * from "./platform.ts";
