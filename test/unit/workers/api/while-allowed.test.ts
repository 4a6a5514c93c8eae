import { describe, expect, it } from "vitest";
import { AppError, minuteMs } from "../../../../shared/platform/index.ts";
import { whileAllowed } from "../../../../workers/api/while-allowed.ts";

async function* pieces(count: number, onEnd: () => void = () => undefined): AsyncGenerator<string, void> {
  try {
    for (let i = 1; i <= count; i++) yield `${i} `;
  } finally {
    onEnd();
  }
}

const reader = { now: () => 0, lookAgain: async () => undefined };

/** What was read until the end, or until it broke off with this code. */
async function readAll(text: AsyncGenerator<string, void>): Promise<{ text: string; code: string | null }> {
  let read = "";
  try {
    for await (const piece of text) read += piece;
    return { text: read, code: null };
  } catch (error) {
    return { text: read, code: AppError.from(error).code };
  }
}

describe("a long text", () => {
  it("is whole for who may read it", async () => {
    expect(await readAll(whileAllowed(pieces(12), reader))).toEqual({ text: "1 2 3 4 5 6 7 8 9 10 11 12 ", code: null });
  });

  it("breaks off within five pieces for who was put out", async () => {
    let ended = false;
    let looks = 0;
    const lookAgain = async () => {
      looks += 1;
      if (looks === 2) throw new AppError("forbidden", "You do not belong here.");
    };
    const text = whileAllowed(
      pieces(100, () => (ended = true)),
      { ...reader, lookAgain },
    );
    expect(await readAll(text)).toEqual({ text: "1 2 3 4 5 6 7 8 9 ", code: "forbidden" });
    expect(ended).toBe(true);
  });

  it("breaks off after five minutes", async () => {
    let minutes = 0;
    const now = () => minutes++ * minuteMs;
    expect(await readAll(whileAllowed(pieces(100), { ...reader, now }))).toEqual({ text: "1 2 3 4 ", code: "unavailable" });
  });

  it("is not read on when its reader left", async () => {
    let ended = false;
    const text = whileAllowed(
      pieces(100, () => (ended = true)),
      reader,
    );
    await text.next();
    await text.return();
    expect(ended).toBe(true);
  });
});
