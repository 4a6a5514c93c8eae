import { createInterface } from "node:readline";
import { PassThrough, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { UsageError } from "./errors.ts";
import { type Input, type Terminal, write } from "./terminal.ts";

/** No password and no key is as long; whoever sends more sent the wrong file. */
const maxLength = 10_000;

/** Asks on a terminal. Rejects with `UsageError` when nothing was typed, and with the signal's reason at Ctrl-C. */
export async function askLine(terminal: Terminal, question: string): Promise<string> {
  return answered(await typed(terminal, question, terminal.stderr), question);
}

/** As `askLine`, without showing what is typed. Where standard input is no terminal it is all of that, without the line's end. */
export async function askSecret(terminal: Terminal, question: string): Promise<string> {
  const { stdin, stderr } = terminal;
  if (!stdin.isTTY) return answered((await text(stdin)).replace(/\r?\n$/, ""), question);
  await write(stderr, question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    return answered(await typed(terminal, "", nowhere), question);
  } finally {
    await write(stderr, "\n"); // Enter was not shown either
  }
}

function typed({ stdin, signal, interrupt }: Terminal, question: string, output: NodeJS.WritableStream): Promise<string> {
  signal.throwIfAborted();
  const { input, release } = nextLineOf(stdin);
  const lines = createInterface({ input, output, terminal: true, historySize: 0 });
  return new Promise<string>((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    lines.once("line", resolve);
    lines.once("close", () => resolve(""));
    lines.on("SIGINT", interrupt);
    lines.setPrompt(question);
    lines.prompt();
  }).finally(() => {
    lines.close();
    release();
  });
}

const lineInBytes = /^[^\r\n]*(?:\r\n?|\n)/;

/**
 * What is typed up to the end of the line, as a stream of its own. What was pasted behind it, such as the answer to the next question, stays in
 * standard input: neither lost nor shown.
 */
function nextLineOf(stdin: Input) {
  const input = Object.assign(new PassThrough(), { setRawMode: (isRaw: boolean) => stdin.setRawMode?.(isRaw) });
  const end = (): void => void input.end();
  const release = (): void => {
    stdin.off("data", take).off("end", end).pause();
  };
  function take(chunk: Buffer): void {
    const line = lineInBytes.exec(chunk.toString("latin1"))?.[0];
    input.write(chunk.subarray(0, line?.length));
    if (line === undefined) return;
    release();
    if (line.length < chunk.length) stdin.unshift(chunk.subarray(line.length));
  }
  if (stdin.readableEnded) end();
  else stdin.on("data", take).once("end", end).resume();
  return { input, release };
}

function answered(answer: string, question: string): string {
  const what = question.replace(/:\s*$/, "");
  if (answer === "") throw new UsageError(`${what}: nothing was given. Type it, or send it on standard input.`);
  if (answer.length > maxLength) throw new UsageError(`${what}: more than ${maxLength} characters were given`);
  return answer;
}
