/** TrueType files. */
export interface Fonts {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
}

/** Where the build puts them among the static files of the Worker. */
export const fontFiles: Readonly<Record<keyof Fonts, string>> = { regular: "fonts/DejaVuSans.ttf", bold: "fonts/DejaVuSans-Bold.ttf" };
