type Fields = Readonly<Record<string, unknown>>;

/** An edit as the audit log tells of it: what is given and differs from what is stored, before and after. Null when nothing does. */
export function editOf(stored: Fields, given: Fields): { before: Fields; after: Fields } | null {
  const names = Object.keys(given).filter((name) => given[name] !== undefined && given[name] !== stored[name]);
  if (names.length === 0) return null;
  const these = (fields: Fields) => Object.fromEntries(names.map((name) => [name, fields[name]]));
  return { before: these(stored), after: these(given) };
}
