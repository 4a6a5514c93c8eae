/** A body that says when it is over: read to its end, broken off, or left by its reader. `onOver` runs once. */
export function heldOpen(body: ReadableStream<Uint8Array>, onOver: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        onOver();
        controller.close();
      } catch (cause) {
        onOver();
        controller.error(cause);
      }
    },
    async cancel(reason) {
      onOver();
      await reader.cancel(reason);
    },
  });
}
