/** Shows one step of the page and hides the others. The heading is where a screen reader goes on. */
export function show(name: string): void {
  for (const step of document.querySelectorAll<HTMLElement>("[data-step]")) {
    step.hidden = !(step.dataset.step ?? "").split(" ").includes(name);
    if (!step.hidden) step.querySelector<HTMLElement>("h2[tabindex]")?.focus();
  }
}

/** Puts texts into the places that have their names; what others wrote stays text. A place may have a word of its own for a value. */
export function fill(texts: Readonly<Record<string, string>>): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-slot]")) {
    const text = texts[place.dataset.slot ?? ""] ?? "";
    if (place instanceof HTMLInputElement) place.value = text;
    else place.textContent = place.getAttribute(`data-word-${text}`) ?? text;
  }
}
