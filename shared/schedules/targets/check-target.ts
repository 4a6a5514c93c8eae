import { checkAudit } from "../../audits/index.ts";
import { AppError, type Context, type FieldError, type Permission, requirePermission, type Statement } from "../../platform/index.ts";
import { holdProject, requireProject } from "../../projects/index.ts";
import type { WorkspaceTarget } from "./target.ts";

type Kind = WorkspaceTarget["kind"];
type Input<K extends Kind> = Extract<WorkspaceTarget, { kind: K }>["input"];

interface Check<K extends Kind> {
  /** What whoever has it started could do by hand. */
  readonly permission: Permission;
  /** @throws AppError for what could not be started by hand either */
  readonly check: (ctx: Context, input: Input<K>) => Promise<unknown>;
  /** Null when it is about no project, or all of them. */
  readonly projectOf: (input: Input<K>) => string | null;
}

const ownProject = (ctx: Context, { projectId = null }: { readonly projectId?: string | null | undefined }) => requireProject(ctx, projectId);

const checks: { readonly [K in Kind]: Check<K> } = {
  audit: { permission: "audits:write", check: checkAudit, projectOf: () => null },
  "site-audits": { permission: "audits:write", check: ownProject, projectOf: ({ projectId = null }) => projectId },
  report: { permission: "reports:write", check: ownProject, projectOf: ({ projectId = null }) => projectId },
};

/** Asks for the permission to have this started: nobody gets by a schedule what they may not do themselves. @throws AppError `forbidden` */
export function requireTargetPermission(ctx: Context, { kind }: WorkspaceTarget): void {
  requirePermission(ctx, checks[kind].permission);
}

/**
 * Checks what is to be started as whoever starts it by hand is checked.
 * @throws AppError `forbidden`, `invalid`, `egress_refused`
 */
export async function checkTarget(ctx: Context, target: WorkspaceTarget): Promise<void> {
  requireTargetPermission(ctx, target);
  try {
    await checkAs(ctx, target.kind, target.input);
  } catch (error) {
    throw error instanceof AppError && error.errors.length > 0 ? ofInput(error) : error;
  }
}

async function checkAs<K extends Kind>(ctx: Context, kind: K, input: Input<K>): Promise<void> {
  await checks[kind].check(ctx, input);
}

/** What was said of a field of the body is about one of the target's input here. */
function ofInput(error: AppError): AppError {
  const errors = error.errors.map(({ path, message }): FieldError => ({ path: path.replace(/^body\./, "body.target.input."), message }));
  return new AppError(error.code, error.message, { errors, cause: error });
}

/** Aborts its batch when the project that it is about was deleted meanwhile. */
export function holdTarget(ctx: Context, target: WorkspaceTarget): Statement[] {
  return holdProject(ctx, projectOf(target.kind, target.input));
}

const projectOf = <K extends Kind>(kind: K, input: Input<K>): string | null => checks[kind].projectOf(input);
