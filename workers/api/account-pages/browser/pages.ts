import { startAcceptInvitation } from "./accept-invitation.ts";
import { startAnewWithEachLink, takeCode } from "./address.ts";
import { revealOnDemand } from "./forms.ts";
import { startForm } from "./one-form.ts";

// The script of the pages that links in e-mails lead to. It runs in browsers, bundled by `local/build.ts`, and stores nothing there.

const code = takeCode();
startAnewWithEachLink();
revealOnDemand();

const form = document.querySelector<HTMLFormElement>("form[data-path]");
if (form === null) await startAcceptInvitation(code);
else startForm(form, form.dataset.path ?? "", code);
