import { build } from "../local/build.ts";
import { migrate } from "../local/migrate.ts";
import { startRuntime } from "../local/runtime.ts";
import { newSecrets } from "../local/secrets.ts";
import { builder, sqlOn, textOf } from "../local/sql-text.ts";
import { users } from "../shared/db/schema/identity.ts";
import { hashPassword } from "../shared/identity/passwords/hash-password.ts";
import { newId } from "../shared/platform/ids.ts";

export interface PeopledMentha extends AsyncDisposable {
  readonly url: string;
  /** Addresses of people who have an account, with one and the same password that nobody knows. */
  readonly known: readonly string[];
}

/** The product with so many accounts, in memory. */
export async function startPeopledMentha(count: number): Promise<PeopledMentha> {
  await build();
  const vars = { ENVIRONMENT: "development", PUBLIC_URL: "http://localhost", ...newSecrets() };
  const runtime = await startRuntime({ port: 0, vars, onLog: () => {} });
  await migrate(runtime.database);
  const passwordHash = await hashPassword(crypto.randomUUID());
  const known = Array.from({ length: count }, (_, i) => `person-${i}@example.com`);
  await sqlOn(runtime.database)(known.map((email) => textOf(builder.insert(users).values({ id: newId("user"), email, passwordHash, createdAt: Date.now() }))));
  return { url: runtime.url, known, [Symbol.asyncDispose]: () => runtime.close() };
}
