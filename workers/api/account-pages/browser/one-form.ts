import { codeIn } from "./address.ts";
import { ask, Refusal } from "./ask.ts";
import { onSubmit } from "./forms.ts";
import { show } from "./steps.ts";

/** Runs a page whose one form goes to the API as it is, with the code that the link brought along; it asks for the code where there is none. */
export function startForm(form: HTMLFormElement, path: string, brought: string | undefined): void {
  let code = brought;
  askForCode(form, code === undefined);
  onSubmit(form, async ({ token: typed = "", ...values }) => {
    const token = code ?? codeIn(typed);
    try {
      await ask(path, token === "" ? values : { ...values, token });
    } catch (thrown) {
      if (thrown instanceof Refusal && thrown.code === "gone") {
        // A dead link is no reason not to try the next one.
        code = undefined;
        askForCode(form, true);
      }
      throw thrown;
    }
    form.reset();
    show("done");
  });
  show("form");
}

function askForCode(form: HTMLFormElement, isNeeded: boolean): void {
  const field = form.querySelector<HTMLElement>("[data-code]");
  const input = field?.querySelector("input");
  if (field === null || input === null || input === undefined) return;
  field.hidden = !isNeeded;
  input.disabled = !isNeeded;
}
