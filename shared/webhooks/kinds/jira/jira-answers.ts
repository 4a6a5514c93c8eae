import { z } from "zod";
import { oneLine, within } from "../../messages/plain-text.ts";
import type { StatusMeaning } from "../failed-by.ts";
import type { Answer } from "../kind.ts";
import { readJson } from "../read-json.ts";

// What Jira answers (developer.atlassian.com, The Jira Cloud platform REST API v3; read 2026-11), as far as it is needed. Ids and keys become part of
// addresses, so they must look like what they are.

export const MadeIssue = z.object({ id: z.string().regex(/^\d{1,20}$/), key: z.string().regex(/^[A-Z][A-Z0-9_]{0,99}-\d{1,20}$/) });
export type MadeIssue = z.infer<typeof MadeIssue>;

export const FoundIssues = z.object({ issues: z.array(MadeIssue) });

/** `done` is the category of every status in which nothing is left to do. */
export const IssueStatus = z.object({ fields: z.object({ status: z.object({ name: z.string(), statusCategory: z.object({ key: z.string() }) }) }) });

export const Transitions = z.object({
  transitions: z.array(z.object({ id: z.string().min(1).max(40), name: z.string(), to: z.object({ name: z.string() }) })),
});
export type Transition = z.infer<typeof Transitions>["transitions"][number];

const sameName = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase();

/** Whether nothing is left to do in a ticket, or it is where closing it would bring it. */
export const isClosed = ({ fields: { status } }: z.infer<typeof IssueStatus>, closeTransition: string): boolean =>
  status.statusCategory.key === "done" || sameName(status.name, closeTransition);

/** The transition of this name, else one to the status of this name. */
export const chooseTransition = (transitions: readonly Transition[], name: string): Transition | undefined =>
  transitions.find((transition) => sameName(transition.name, name)) ?? transitions.find(({ to }) => sameName(to.name, name));

const Refusal = z.object({
  errorMessages: z.array(z.string()).catch([]),
  errors: z.record(z.string(), z.string()).catch({}),
});

const quotedCharacters = 200;

/** What Jira says is wrong, with the names of the fields; empty where it says nothing. */
function reasons(body: string): string {
  const said = readJson(Refusal, body.slice(0, 20_000));
  const fields = Object.entries(said?.errors ?? {}).map(([field, reason]) => `${field}: ${reason}`);
  return within(oneLine([...fields, ...(said?.errorMessages ?? [])].join("; ")), quotedCharacters);
}

const advice: Readonly<Record<number, string>> = {
  400: "It does not take this ticket.",
  401: "It does not accept the e-mail address and the token of this endpoint.",
  403: "The account of this endpoint may not do that there.",
  404: "Check the address of this endpoint, and that its account sees the project.",
};

/** With an address and a token that it does not accept, Jira may go on as if nobody had signed in, and then shows nothing. */
export const isSignInRefused = ({ headers }: Answer): boolean => headers.get("x-seraph-loginreason")?.includes("AUTHENTICATED_FAILED") === true;

/** What an answer other than the hoped-for one means to the person who looks. */
export function meaningOf(answer: Answer): StatusMeaning | undefined {
  const says = advice[isSignInRefused(answer) ? 401 : answer.status];
  if (says === undefined) return undefined;
  const said = reasons(answer.body);
  return { says: said === "" ? says : `${says} It says: ${said}` };
}
