import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { UsageError } from "./errors.ts";
import { type Terminal, write } from "./terminal.ts";

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
  const lines = createInterface({ input: stdin, output, terminal: true, historySize: 0 });
  return new Promise<string>((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    lines.once("line", resolve);
    lines.once("close", () => resolve(""));
    lines.on("SIGINT", interrupt);
    lines.setPrompt(question);
    lines.prompt();
  }).finally(() => lines.close());
}

function answered(answer: string, question: string): string {
  const what = question.replace(/:\s*$/, "");
  if (answer === "") throw new UsageError(`${what}: nothing was given. Type it, or send it on standard input.`);
  if (answer.length > maxLength) throw new UsageError(`${what}: more than ${maxLength} characters were given`);
  return answer;
}
