/** The name under which this runtime knows a time zone (`europe/madrid` is `Europe/Madrid`); null when it knows none of this name. */
export function timeZoneNamed(name: string): string | null {
  // `Intl` also takes offsets such as +02:00, which know nothing of summer.
  if (!/^[a-z]/i.test(name)) return null;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
