import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { build } from "../../local/build.ts";
import { migrate } from "../../local/migrate.ts";
import { localOperator, newPassword, resetPassword } from "../../local/operator.ts";
import { type Runtime, startRuntime } from "../../local/runtime.ts";
import { newSecrets } from "../../local/secrets.ts";
import { seed } from "../../local/seed.ts";
import { sqlOn } from "../../local/sql-text.ts";

const oldPassword = newPassword();
let mentha: Runtime;
beforeAll(async () => {
  await build();
  // What is tried too often here is an account; everybody asks from one address, whose limit would answer first.
  const vars = { ENVIRONMENT: "development", PUBLIC_URL: "http://localhost", LIMITS: "signIn=1000", ...newSecrets() };
  mentha = await startRuntime({ port: 0, vars, onLog: () => {} });
  await migrate(mentha.database);
  await seed(sqlOn(mentha.database), oldPassword);
});
afterAll(() => mentha.close());

const post = (path: string, body: unknown) =>
  fetch(`${mentha.url}/api/v1${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
const signIn = (password: string) => post("/auth/login", { email: localOperator, password });
const sql = async (text: string, ...values: readonly (string | number)[]) =>
  (
    await mentha.database
      .prepare(text)
      .bind(...values)
      .all()
  ).results;

/** The token of a link, as if its e-mail had been sent. */
async function sentLink(purpose: string, userId: string, email: string): Promise<string> {
  const token = purpose.padEnd(43, "x");
  const hash = createHash("sha256").update(token).digest("hex");
  const now = Date.now();
  await sql(
    "INSERT INTO one_time_tokens (hash, purpose, subject_id, email, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
    hash,
    purpose,
    userId,
    email,
    now,
    now + 3_600_000,
  );
  return token;
}

it("a new password of the operator ends what a reset by e-mail ends", async () => {
  const { accessToken }: { accessToken: string } = await (await signIn(oldPassword)).json();
  const [{ id } = {}] = await sql("SELECT id FROM users");
  const resetLink = await sentLink("reset-password", String(id), localOperator);
  const newAddress = await sentLink("verify-email", String(id), "eve@example.com");
  const waiting = JSON.stringify({ kind: "verify-email", userId: id, email: "eve@example.com" });
  const later = Date.now() + 3_600_000;
  await sql(
    "INSERT INTO jobs (id, workspace_id, type, input, state, due_at, created_at, updated_at) VALUES ('job_1', 'installation', 'mail.send', ?, 'queued', ?, 1, 1)",
    waiting,
    later,
  );
  for (let i = 0; i < 12; i++) await signIn("not the right password");
  expect((await signIn(oldPassword)).status).toBe(429);

  const made = await resetPassword(sqlOn(mentha.database));

  const me = await fetch(`${mentha.url}/api/v1/me`, { headers: { Authorization: `Bearer ${accessToken}` } });
  expect(me.status).toBe(401);
  expect((await post("/auth/reset-password", { token: resetLink, password: "seven green lamps" })).status).toBe(410);
  expect((await post("/auth/verify-email", { token: newAddress })).status).toBe(410);
  expect(await sql("SELECT id FROM jobs WHERE id = 'job_1'")).toEqual([]);
  expect(await sql("SELECT email FROM users")).toEqual([{ email: localOperator }]);
  expect(await sql("SELECT subject FROM attempts WHERE subject LIKE 'signInAddress:%'")).toEqual([]);
  expect(made).toMatchObject({ email: localOperator });
  expect((await sql("SELECT count(*) AS n FROM sessions WHERE revoked_at IS NULL"))[0]).toEqual({ n: 0 });
});
