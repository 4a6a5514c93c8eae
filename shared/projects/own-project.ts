import { notExists } from "drizzle-orm";
import { projects } from "../db/schema/index.ts";
import { AppError, type Context, refuseWhere, type Statement } from "../platform/index.ts";
import { ofProject } from "./queries.ts";

// For what names a project beside others, such as an endpoint or a schedule.

type Place = Pick<Context, "db" | "workspaceId">;

const select = (place: Place, projectId: string) => place.db.select({ id: projects.id }).from(projects).where(ofProject(place, projectId));

/** Whether it is a project of this workspace, which still is there. */
export async function hasProject(place: Place, projectId: string): Promise<boolean> {
  return (await select(place, projectId)).length > 0;
}

/** @throws AppError `invalid`, about the field `projectId` of the body, for what is no project of this workspace; null is none, and passes */
export async function requireProject(place: Place, projectId: string | null): Promise<void> {
  if (projectId === null || (await hasProject(place, projectId))) return;
  const message = "There is no such project in this workspace.";
  throw new AppError("invalid", message, { errors: [{ path: "body.projectId", message }] });
}

/** Aborts its batch when the project was deleted meanwhile. */
export function holdProject(place: Place, projectId: string | null): Statement[] {
  return projectId === null ? [] : [refuseWhere(place.db, notExists(select(place, projectId)))];
}
