import { onHtml } from "../applies.ts";
import { foundIn, pageRule } from "../rule.ts";

export const imageAltMissing = pageRule({
  id: "image-alt-missing",
  category: "images",
  severity: "warning",
  version: 2,
  sources: [
    { url: "https://developer.chrome.com/docs/lighthouse/accessibility/image-alt", checked: "2026-11" },
    { url: "https://developers.google.com/search/docs/appearance/google-images", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Images without alternative text",
      message: "Images without alternative text: {n}.",
      why: "People who cannot see the image do not learn what it shows, and image search has less to go on. Screen readers may read out the file name instead.",
      fix: 'Describe in alt what the image shows, in a few words. If it is only decoration, write alt="" so that screen readers skip it.',
    },
    es: {
      title: "Imágenes sin texto alternativo",
      message: "Imágenes sin texto alternativo: {n}.",
      why: "Quien no puede ver la imagen no se entera de lo que muestra, y la búsqueda de imágenes tiene menos datos. Un lector de pantalla puede leer en su lugar el nombre del archivo.",
      fix: 'Describe en alt lo que muestra la imagen, en pocas palabras. Si es solo decoración, escribe alt="" para que los lectores de pantalla la omitan.',
    },
  },
  // An empty alt says that the image is decoration; only its absence is a finding.
  check: onHtml(({ images }) => {
    const shown = images.filter(({ isHidden }) => !isHidden);
    return foundIn(
      shown.length,
      shown.filter(({ alt }) => alt === undefined).map(({ src }) => src),
    );
  }),
});
