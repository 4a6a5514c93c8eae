export * from "./api-keys.ts";
export * from "./audits.ts";
export * from "./identity.ts";
export * from "./platform.ts";
export * from "./projects.ts";
export * from "./sign-in.ts";
