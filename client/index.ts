export { type ApiClient, type AuditEvent, createClient } from "./client.ts";
export { ApiProblem } from "./problem.ts";
