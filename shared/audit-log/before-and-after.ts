type Some<Stored, Name extends keyof Stored> = { [N in Name]?: Stored[N] };

/** What of a thing changed, as it was and as it is. */
interface Edit<Stored, Name extends keyof Stored> {
  readonly before: Some<Stored, Name>;
  readonly after: Some<Stored, Name>;
}

/**
 * An edit as the log tells of it: of what is given, that which is not so already, as it is stored and as it is to be. Null when all of it is so.
 * Values are compared by what they hold; lists are to be in one order.
 */
export function beforeAndAfter<Stored extends object, Name extends keyof Stored & string>(
  stored: Stored,
  given: { readonly [N in Name]?: Stored[N] | undefined },
): Edit<Stored, Name> | null {
  const before: Some<Stored, Name> = {};
  const after: Some<Stored, Name> = {};
  for (const name in given) {
    const value = given[name];
    if (value === undefined || JSON.stringify(value) === JSON.stringify(stored[name])) continue;
    before[name] = stored[name];
    after[name] = value;
  }
  return Object.keys(after).length === 0 ? null : { before, after };
}
