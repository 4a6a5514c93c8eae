import { AppError } from "../shared/platform/index.ts";
import { type Fonts, fontFiles } from "../shared/reports/index.ts";

/** Fonts for documents, which are static files: in the Worker itself they would be read each time that it starts. */
export async function fontsOf(env: Pick<Env, "ASSETS">): Promise<Fonts> {
  const [regular, bold] = await Promise.all([fontAt(env, fontFiles.regular), fontAt(env, fontFiles.bold)]);
  return { regular, bold };
}

async function fontAt({ ASSETS }: Pick<Env, "ASSETS">, path: string): Promise<Uint8Array> {
  // The host says nothing: the binding serves the files of this Worker alone.
  const response = await ASSETS.fetch(`https://assets.local/${path}`);
  if (!response.ok) throw new AppError("unavailable", `The font ${path} was not served (${response.status}). Is the Worker deployed with its assets?`);
  return new Uint8Array(await response.arrayBuffer());
}
