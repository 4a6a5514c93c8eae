import { call } from "./api.ts";
import { signInAs } from "./people.ts";

/** A client of somebody who signed in, such as `(await signedIn(userId))("GET", "/api/v1/members")`. */
export type SignedIn = (method: string, path: string, body?: unknown) => Promise<Response>;

/** Signs somebody in, in the workspace that they mean, if they say which. */
export async function signedIn(userId: string, workspaceId?: string): Promise<SignedIn> {
  const { accessToken } = await signInAs(userId);
  const headers = { Authorization: `Bearer ${accessToken}`, ...(workspaceId === undefined ? {} : { "X-Workspace": workspaceId }) };
  return (method, path, body) => call(method, path, { headers, body });
}

/** What the answer says: its status, and in words what went wrong. */
export async function outcomeOf(answer: Response): Promise<{ status: number; detail: string }> {
  const text = await answer.text();
  const { detail = "" } = text === "" ? {} : JSON.parse(text);
  return { status: answer.status, detail: String(detail) };
}
