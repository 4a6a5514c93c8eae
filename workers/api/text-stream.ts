import { AppError, type Context } from "../../shared/platform/index.ts";

/**
 * Text as a body that is made only as fast as the reader takes it. When it cannot be finished the connection breaks off,
 * so that no reader takes a part for the whole.
 */
export function textStream({ log }: Pick<Context, "log">, text: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { value, done } = await text.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (cause) {
        log.error("report broke off", { errorCode: AppError.from(cause).code });
        controller.error(cause);
      }
    },
    async cancel() {
      await text.return();
    },
  });
}
