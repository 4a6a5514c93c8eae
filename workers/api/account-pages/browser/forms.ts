import { Refusal } from "./ask.ts";

export type Values = Readonly<Record<string, string>>;

/** The form of the page that has this id. */
export function formOf(id: string): HTMLFormElement {
  const found = document.getElementById(id);
  if (found instanceof HTMLFormElement) return found;
  throw new Error(`The page has no form ${id}.`);
}

/** Does something with what was entered, whenever a form is sent, and tells why it was refused. A form is sent once at a time. */
export function onSubmit(form: HTMLFormElement, act: (values: Values) => Promise<void>): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.ariaBusy !== "true") attempt(form, () => act(valuesOf(form))).catch(reportError);
  });
}

/** Does something in the name of a form, which shows that it is at work, and then what came of it if that was a refusal. */
export async function attempt(form: HTMLFormElement, act: () => Promise<void>): Promise<void> {
  hidePasswords(form);
  tell(form, null);
  setBusy(form, true);
  try {
    await act();
  } catch (thrown) {
    tell(form, thrown instanceof Refusal ? thrown : new Refusal("fault", String(thrown)));
  } finally {
    setBusy(form, false);
  }
}

/** Says in the page's language why something was refused, in the API's words where the page has none; null takes back what was said. */
export function tell(form: HTMLFormElement, refusal: Refusal | null): void {
  let firstWrong: HTMLInputElement | undefined;
  for (const input of form.querySelectorAll<HTMLInputElement>("input[name]")) {
    const wrong = refusal?.fields.find(({ name }) => name === input.name);
    const place = document.getElementById(`${input.id}-error`);
    if (place !== null) place.textContent = wrong === undefined ? "" : (input.dataset.invalid ?? wrong.message);
    if (wrong === undefined) input.removeAttribute("aria-invalid");
    else input.setAttribute("aria-invalid", "true");
    if (wrong !== undefined) firstWrong ??= input;
  }
  const alert = form.querySelector(".refusal");
  if (alert !== null) alert.textContent = refusal === null ? "" : textOf(form, refusal);
  firstWrong?.focus();
}

function textOf(form: HTMLFormElement, { code, message, seconds }: Refusal): string {
  const text = form.getAttribute(`data-says-${code}`);
  if (text === null || (text.includes("{seconds}") && seconds === null)) return message;
  return text.replace("{seconds}", seconds ?? "");
}

/** What was entered. A password goes as it is. */
function valuesOf(form: HTMLFormElement): Values {
  return Object.fromEntries([...new FormData(form)].filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

function setBusy(form: HTMLFormElement, busy: boolean): void {
  form.ariaBusy = String(busy);
  for (const button of form.querySelectorAll("button")) button.disabled = busy;
}

/** Lets people look at a password while they type it. */
export function revealOnDemand(): void {
  for (const box of document.querySelectorAll<HTMLInputElement>("[data-reveal]")) {
    box.addEventListener("change", () => {
      const input = box.form?.elements.namedItem("password");
      if (input instanceof HTMLInputElement) input.type = box.checked ? "text" : "password";
    });
  }
}

/** Browsers offer to remember what was in a field of passwords alone, and remember other fields without asking. */
function hidePasswords(form: HTMLFormElement): void {
  for (const box of form.querySelectorAll<HTMLInputElement>("[data-reveal]")) box.checked = false;
  const input = form.elements.namedItem("password");
  if (input instanceof HTMLInputElement) input.type = "password";
}
