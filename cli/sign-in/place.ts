import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The folder where the command keeps what it was signed in with: `MENTHA_CONFIG`, else `mentha` where the XDG Base Directory Specification puts settings. */
export function configFolder(env: Readonly<Record<string, string | undefined>>): string {
  const { MENTHA_CONFIG: own, XDG_CONFIG_HOME: xdg, HOME: home } = env;
  if (own !== undefined && own !== "") return resolve(own);
  // "If an implementation encounters a relative path … it should consider the path invalid and ignore it."
  const settings = xdg?.startsWith("/") === true ? xdg : join(home === undefined || home === "" ? homedir() : home, ".config");
  return join(settings, "mentha");
}
