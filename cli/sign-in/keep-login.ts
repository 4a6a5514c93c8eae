import { changeCredentials, inTurn, type Login, readCredentials } from "./credentials.ts";
import { endSession } from "./end-session.ts";
import { configFolder } from "./place.ts";

/** Keeps what later commands need to ask a server, which is the one that they mean from now on. A session that was kept of it before ends. */
export async function keepLogin(server: string, login: Login, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const folder = configFolder(env);
  const before = await inTurn(folder, async () => {
    const { servers } = await readCredentials(folder);
    await changeCredentials(folder, (kept) => ({ ...kept, default: server, servers: { ...kept.servers, [server]: login } }));
    return servers[server];
  });
  // Nobody could end it any more from here; that it goes on for a while is no reason to fail.
  if (before?.kind === "session") await endSession(server, before).catch(() => undefined);
}
