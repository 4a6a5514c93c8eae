import { cp } from "node:fs/promises";
import { join } from "node:path";
import { inRoot, root } from "./paths.ts";

const source = inRoot("workers", "api", "account-pages", "browser");

/** Puts the script and the style sheet of the account pages into a folder; the script as one file, readable as it was written. */
export async function bundleAccountPages(outDir: string): Promise<void> {
  const { build } = await import("vite");
  await build({
    configFile: false,
    root,
    logLevel: "error",
    build: {
      outDir,
      emptyOutDir: false,
      copyPublicDir: false,
      minify: false,
      lib: { entry: join(source, "pages.ts"), formats: ["es"], fileName: () => "pages.js" },
    },
  });
  await cp(join(source, "pages.css"), join(outDir, "pages.css"));
}
