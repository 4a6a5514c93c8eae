/** As much of fontkit as drawing needs; it comes without types. */
declare module "fontkit" {
  import type { Fontkit } from "@cantoo/pdf-lib";

  export const create: Fontkit["create"];
}
