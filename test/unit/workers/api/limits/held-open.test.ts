import { describe, expect, it } from "vitest";
import { heldOpen } from "../../../../../workers/api/limits/held-open.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a body that is held open", () => {
  const watched = (source: UnderlyingSource<Uint8Array>) => {
    let ends = 0;
    const body = heldOpen(new ReadableStream(source), () => {
      ends += 1;
    });
    return { body, ends: () => ends };
  };

  it("is over when it was read to its end", async () => {
    const { body, ends } = watched({
      start: (controller) => {
        controller.enqueue(bytes("a"));
        controller.enqueue(bytes("b"));
        controller.close();
      },
    });
    const reader = body.getReader();
    await reader.read();
    expect(await reader.read()).toEqual({ done: false, value: bytes("b") });
    expect(ends()).toBe(0);
    expect(await reader.read()).toEqual({ done: true, value: undefined });
    expect(ends()).toBe(1);
  });

  it("is over when its reader leaves, which its source hears of", async () => {
    let left: unknown;
    const { body, ends } = watched({
      cancel: (reason) => {
        left = reason;
      },
    });
    await body.cancel("gone");
    expect([ends(), left]).toEqual([1, "gone"]);
  });

  it("is over when it breaks off, and stays broken", async () => {
    const { body, ends } = watched({
      pull: (controller) => controller.error(new Error("broke off")),
    });
    await expect(new Response(body).text()).rejects.toThrow("broke off");
    expect(ends()).toBe(1);
  });
});
