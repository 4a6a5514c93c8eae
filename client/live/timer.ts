/** Something that is due later, and can be taken back. */
export interface Timer {
  readonly isSet: boolean;
  /** In place of what was set before. */
  set(inMs: number, due: () => void): void;
  clear(): void;
}

export function createTimer(): Timer {
  let id: ReturnType<typeof setTimeout> | undefined;
  function clear(): void {
    if (id !== undefined) clearTimeout(id);
    id = undefined;
  }
  return {
    get isSet() {
      return id !== undefined;
    },
    set(inMs, due) {
      clear();
      id = setTimeout(() => {
        id = undefined;
        due();
      }, inMs);
    },
    clear,
  };
}
