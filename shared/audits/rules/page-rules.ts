import { charsetMissing } from "./content/charset-missing.ts";
import { descriptionLength } from "./content/description-length.ts";
import { descriptionMissing } from "./content/description-missing.ts";
import { descriptionMultiple } from "./content/description-multiple.ts";
import { doctypeMissing } from "./content/doctype-missing.ts";
import { h1Missing } from "./content/h1-missing.ts";
import { h1Multiple } from "./content/h1-multiple.ts";
import { titleLength } from "./content/title-length.ts";
import { titleMissing } from "./content/title-missing.ts";
import { titleMultiple } from "./content/title-multiple.ts";
import { imageAltMissing } from "./images/image-alt-missing.ts";
import { canonicalInvalid } from "./indexability/canonical-invalid.ts";
import { canonicalMismatchHeader } from "./indexability/canonical-mismatch-header.ts";
import { canonicalMissing } from "./indexability/canonical-missing.ts";
import { canonicalMultiple } from "./indexability/canonical-multiple.ts";
import { canonicalRelative } from "./indexability/canonical-relative.ts";
import { canonicalToRoot } from "./indexability/canonical-to-root.ts";
import { fetchTimeout } from "./indexability/fetch-timeout.ts";
import { http4xx } from "./indexability/http-4xx.ts";
import { http5xx } from "./indexability/http-5xx.ts";
import { metaRefresh } from "./indexability/meta-refresh.ts";
import { redirectChain } from "./indexability/redirect-chain.ts";
import { redirectLoop } from "./indexability/redirect-loop.ts";
import { redirectToError } from "./indexability/redirect-to-error.ts";
import { robotsMetaConflict } from "./indexability/robots-meta-conflict.ts";
import { snippetBlocked } from "./indexability/snippet-blocked.ts";
import { hreflangInvalidCode } from "./international/hreflang-invalid-code.ts";
import { hreflangRelative } from "./international/hreflang-relative.ts";
import { langInvalid } from "./international/lang-invalid.ts";
import { langMissing } from "./international/lang-missing.ts";
import { genericLinkText } from "./links/generic-link-text.ts";
import { localhostLink } from "./links/localhost-link.ts";
import { uncrawlableLink } from "./links/uncrawlable-link.ts";
import { viewportMissing } from "./mobile/viewport-missing.ts";
import { slowTtfb } from "./performance/slow-ttfb.ts";
import type { PageRule } from "./rule.ts";
import { cspMissing } from "./security/csp-missing.ts";
import { hstsMissing } from "./security/hsts-missing.ts";
import { httpPage } from "./security/http-page.ts";
import { mixedContent } from "./security/mixed-content.ts";
import { nosniffMissing } from "./security/nosniff-missing.ts";

/** Every rule that one page's facts decide, in the order in which reports list them. */
export const pageRules: readonly PageRule[] = [
  http4xx,
  http5xx,
  fetchTimeout,
  redirectChain,
  redirectLoop,
  redirectToError,
  metaRefresh,
  robotsMetaConflict,
  snippetBlocked,
  canonicalMissing,
  canonicalInvalid,
  canonicalRelative,
  canonicalMultiple,
  canonicalMismatchHeader,
  canonicalToRoot,
  titleMissing,
  titleLength,
  titleMultiple,
  descriptionMissing,
  descriptionLength,
  descriptionMultiple,
  h1Missing,
  h1Multiple,
  uncrawlableLink,
  genericLinkText,
  localhostLink,
  hreflangInvalidCode,
  hreflangRelative,
  langMissing,
  langInvalid,
  viewportMissing,
  charsetMissing,
  doctypeMissing,
  imageAltMissing,
  httpPage,
  mixedContent,
  hstsMissing,
  cspMissing,
  nosniffMissing,
  slowTtfb,
];
