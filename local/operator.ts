import { randomInt } from "node:crypto";
import { asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { users } from "../shared/db/schema/identity.ts";
import { attempts } from "../shared/db/schema/sign-in.ts";
import { callOffVerification } from "../shared/identity/accounts/call-off-verification.ts";
import { subjectOf } from "../shared/identity/attempts/subject-of.ts";
import { EmailAddress } from "../shared/identity/email-address.ts";
import { revokeOneTimeTokens } from "../shared/identity/one-time-tokens.ts";
import { hashPassword } from "../shared/identity/passwords/hash-password.ts";
import { endSessions } from "../shared/identity/sessions/end-sessions.ts";
import { systemClock } from "../shared/platform/index.ts";
import { builder, type RunSql, textOf } from "./sql-text.ts";

/** With what somebody signs in. */
export interface SignIn {
  readonly email: string;
  readonly password: string;
}

/** Of the operator of a Mentha on this computer. Names below `localhost` lead nowhere else (RFC 6761, 6.3). */
export const localOperator = "operator@mentha.localhost";

/** No two of these are taken for one another. */
const alphabet = "23456789abcdefghjkmnpqrstvwxyz";
const groups = 5;
const groupLength = 5;

/** A password of some 122 bits, in groups that a person can type. */
export function newPassword(): string {
  const group = (): string => Array.from({ length: groupLength }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
  return Array.from({ length: groups }, group).join("-");
}

const Operators = z.array(z.object({ id: z.string(), email: z.string(), hasPassword: z.coerce.boolean() }));

/** The operator who came first, and whether they can sign in; true where there is none yet. */
export async function operatorOf(run: RunSql): Promise<{ operator: string | undefined; canSignIn: boolean }> {
  const first = await readOperator(run);
  return { operator: first?.email, canSignIn: first?.hasPassword ?? true };
}

/**
 * Gives the operator who came first a new password. What a reset by e-mail ends, ends here too: their sessions, the links that were sent to them,
 * a change of address, and the wait after wrong passwords. One who was made when nobody could sign in yet has an address that the API does not
 * take, and gets one that it does. Undefined where there is no operator.
 */
export async function resetPassword(run: RunSql): Promise<SignIn | undefined> {
  const operator = await readOperator(run);
  if (operator === undefined) return undefined;
  const password = newPassword();
  const email = EmailAddress.safeParse(operator.email).success ? operator.email : localOperator;
  const change = { email, passwordHash: await hashPassword(password), tokenVersion: sql`${users.tokenVersion} + 1` };
  const ctx = { directory: builder, now: systemClock };
  const statements = [
    builder.update(users).set(change).where(eq(users.id, operator.id)),
    revokeOneTimeTokens(ctx, "reset-password", operator.id),
    ...callOffVerification(ctx, operator.id),
    endSessions(ctx, { userId: operator.id, why: "password-reset" }),
    builder.delete(attempts).where(eq(attempts.subject, await subjectOf("signInAddress", email))),
  ];
  await run(statements.map(textOf));
  return { email, password };
}

async function readOperator(run: RunSql): Promise<z.infer<typeof Operators>[number] | undefined> {
  const hasPassword = sql<number>`${users.passwordHash} is not null`.as("hasPassword");
  const [operators] = await run([
    textOf(builder.select({ id: users.id, email: users.email, hasPassword }).from(users).where(eq(users.isOperator, true)).orderBy(asc(users.id)).limit(1)),
  ]);
  return Operators.parse(operators)[0];
}
