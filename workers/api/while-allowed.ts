import { AppError, minuteMs } from "../../shared/platform/index.ts";

/** A piece is a page of some hundred rows at most. */
const piecesPerLook = 5;
/** Whoever reads slower than this is not reading a copy any more. */
const longestMs = 5 * minuteMs;

interface Reader {
  readonly now: () => number;
  /** Throws once the reader may not read this any more. */
  readonly lookAgain: () => Promise<void>;
}

/**
 * A long text for as long as its reader may have it: who was put out meanwhile gets some thousand rows more at most, and nobody anything after five minutes.
 * @throws AppError `unavailable` after five minutes, and whatever `lookAgain` throws
 */
export async function* whileAllowed(text: AsyncGenerator<string, void>, { now, lookAgain }: Reader): AsyncGenerator<string, void> {
  const endsAt = now() + longestMs;
  let pieces = 0;
  for await (const piece of text) {
    if (now() >= endsAt) throw new AppError("unavailable", "This was not read within five minutes.");
    pieces += 1;
    if (pieces % piecesPerLook === 0) await lookAgain();
    yield piece;
  }
}
