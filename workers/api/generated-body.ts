interface Handlers {
  /** What to do when the text cannot be finished: close, or break off. */
  readonly onFailure: (cause: unknown, controller: ReadableStreamDefaultController<Uint8Array>) => void;
  /** The reader has left. */
  readonly onCancel: () => void | Promise<void>;
}

/** A body that is made only as fast as its reader takes it. */
export function generatedBody(text: AsyncGenerator<string, void>, { onFailure, onCancel }: Handlers): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { value, done } = await text.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (cause) {
        onFailure(cause, controller);
      }
    },
    cancel: onCancel,
  });
}
