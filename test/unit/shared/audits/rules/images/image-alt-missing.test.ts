import type { ImageFact } from "../../../../../../shared/audits/facts/page-facts.ts";
import { imageAltMissing } from "../../../../../../shared/audits/rules/images/image-alt-missing.ts";
import { answerFacts, image, pageFacts } from "../../../../../helpers/unit/page-facts.ts";
import { describeRule } from "../../../../../helpers/unit/rule-cases.ts";

const page = (...images: ImageFact[]) => pageFacts({ html: { images, imageTotal: images.length } });

describeRule(imageAltMissing, {
  finds: [
    ["an image without the attribute", page(image("/leaf.jpg")), ["/leaf.jpg"]],
    ["each of several", page(image("/leaf.jpg"), image("/cup.jpg", "A cup"), image("/pot.jpg")), ["/leaf.jpg", "/pot.jpg"]],
    ["an image without an address", page(image("")), [""]],
  ],
  passes: [
    ["a described image", page(image("/leaf.jpg", "Tea leaves"))],
    ["decoration", page(image("/line.png", ""))],
    ["a hidden image beside a described one", page(image("/leaf.jpg", "Tea leaves"), image("/line.png", undefined, true))],
  ],
  skips: [
    ["a page without images", page()],
    ["a page with hidden images alone", page(image("/line.png", undefined, true))],
    ["a missing page", answerFacts(404)],
  ],
});
