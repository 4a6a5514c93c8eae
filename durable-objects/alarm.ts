/** The alarm of one object: what is known of it is held here, since asking the storage at every call would cost more than the call. */
export interface Alarm {
  /**
   * Sees to it that it rings by then; null for whenever it does. One that is set is kept when it comes early enough: setting it is a billed write.
   * Null when there is nothing to wait for.
   */
  arm(by: number | null): Promise<void> | null;
  /** It rings: none is set any more. */
  rang(): void;
  /** Takes it back, as whoever deletes everything must. */
  forget(): Promise<void>;
}

/** To be called while the object is made, which takes no calls until the storage was asked. */
export function createAlarm(ctx: Pick<DurableObjectState, "storage" | "blockConcurrencyWhile">): Alarm {
  /** When it rings; null when none is set. */
  let armedAt: number | null = null;
  const read = async () => {
    armedAt = await ctx.storage.getAlarm();
  };
  // An object whose beginning fails is ended by the platform itself.
  ctx.blockConcurrencyWhile(read).catch(() => {});
  return {
    arm(by) {
      if (by === null || (armedAt !== null && armedAt <= by)) return null;
      armedAt = by;
      return ctx.storage.setAlarm(by);
    },
    rang() {
      armedAt = null;
    },
    forget() {
      armedAt = null;
      return ctx.storage.deleteAlarm();
    },
  };
}
