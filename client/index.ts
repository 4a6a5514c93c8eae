export type { AuditEvent } from "./audit-events.ts";
export type { LogReader } from "./audit-log.ts";
export { type ApiClient, type ClientOptions, createClient, createVisitor } from "./client.ts";
export { ApiProblem } from "./problem.ts";
export { SessionEnded, type SessionTokens } from "./session.ts";
export type { SignedInSession, VisitorCalls } from "./sign-in.ts";
