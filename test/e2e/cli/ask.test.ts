import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { askLine, askSecret } from "../../../cli/ask.ts";

/** Somebody at a terminal, or a pipe, with what was written to stderr so far. */
function terminal({ isTTY }: { isTTY: boolean }) {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const interruption = new AbortController();
  let seen = "";
  stderr.on("data", (chunk: Buffer) => (seen += chunk.toString()));
  const interrupt = (): void => interruption.abort(new Error("Ctrl-C"));
  return { stdin, stdout, stderr, env: {}, signal: interruption.signal, interrupt, seen: () => seen };
}

describe("a question on a terminal", () => {
  it("shows what is typed, unless it is secret", async () => {
    const at = terminal({ isTTY: true });
    const email = askLine(at, "E-mail address: ");
    at.stdin.write("ada@example.com\r");
    expect(await email).toBe("ada@example.com");
    expect(at.seen()).toContain("ada@example.com");

    const password = askSecret(at, "Password: ");
    at.stdin.write("hunter2 is\u007f\u007fit\r");
    expect(await password).toBe("hunter2 it");
    expect(at.seen()).toMatch(/Password: \n$/);
    expect(at.seen()).not.toContain("hunter2");
  });

  it("leaves what is pasted behind it to the next question, and does not show it", async () => {
    const at = terminal({ isTTY: true });
    const email = askLine(at, "E-mail address: ");
    at.stdin.write("ada@example.com\r\nhunter2 é\nhun");
    expect(await email).toBe("ada@example.com");
    expect(await askSecret(at, "Password: ")).toBe("hunter2 é");
    const again = askSecret(at, "Again: ");
    at.stdin.write("ter3\r");
    expect(await again).toBe("hunter3");
    expect(at.seen()).not.toContain("hun");
  });

  it.each([
    ["Enter alone", "\r"],
    ["the end of the input", "\u0004"],
  ])("takes %s for no answer", async (_, typed) => {
    const at = terminal({ isTTY: true });
    const password = askSecret(at, "Password: ");
    at.stdin.write(typed);
    await expect(password).rejects.toMatchObject({ name: "UsageError", message: expect.stringContaining("Password: nothing was given") });
  });

  it.each([askLine, askSecret])("ends with Ctrl-C", async (ask) => {
    const at = terminal({ isTTY: true });
    const answer = ask(at, "Password: ");
    at.stdin.write("half\u0003");
    await expect(answer).rejects.toThrow("Ctrl-C");
  });
});

describe("a secret that is not typed", () => {
  it.each([
    ["hunter2", "hunter2"],
    ["hunter2\n", "hunter2"],
    ["hunter2\r\n", "hunter2"],
    [" hunter 2 \n", " hunter 2 "],
  ])("is all of standard input without the line's end: %j", async (input, secret) => {
    const at = terminal({ isTTY: false });
    at.stdin.end(input);
    expect(await askSecret(at, "Password: ")).toBe(secret);
    expect(at.seen()).toBe("");
  });

  it.each([
    ["", "nothing was given"],
    ["\n", "nothing was given"],
    ["x".repeat(10_001), "more than 10000 characters"],
  ])("is not %.5j…", async (input, message) => {
    const at = terminal({ isTTY: false });
    at.stdin.end(input);
    await expect(askSecret(at, "Password: ")).rejects.toMatchObject({ name: "UsageError", message: expect.stringContaining(message) });
  });
});
