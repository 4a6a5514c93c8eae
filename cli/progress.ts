import { count, type LiveProgress } from "../shared/audits/index.ts";
import { columnsOf, type Terminal } from "./terminal.ts";

/** How often a log without a bar hears of the progress. */
const lineEveryMs = 5_000;

export interface ProgressView {
  show(progress: LiveProgress): void;
  /** Takes the bar away, so that what is written next begins on an empty line. */
  clear(): void;
}

/** Shows progress on stderr: a bar on a terminal, else a line every few seconds. */
export function createProgress({ stderr, env }: Pick<Terminal, "stderr" | "env">, now: () => number): ProgressView {
  if (!stderr.isTTY || env.TERM === "dumb") {
    let next = 0;
    return {
      show(progress) {
        // Before the first page there is nothing to tell that "Auditing …" has not told.
        if (now() < next || progress.fetched + progress.failed === 0) return;
        next = now() + lineEveryMs;
        stderr.write(`${progressText(progress)}\n`);
      },
      clear() {},
    };
  }
  const erase = "\r\u001b[2K";
  return {
    show: (progress) => void stderr.write(`${erase}${progressBar(progress, columnsOf(stderr))}`),
    clear: () => void stderr.write(erase),
  };
}

const errors = count("en", "error", "errors");
const warnings = count("en", "warning", "warnings");

/** One line that says how far an audit is. */
export function progressText({ status, discovered, fetched, failed, left, pagesPerSecond, secondsLeft, counts }: LiveProgress): string {
  if (status === "queued") return "Waiting to start";
  const parts = [
    `${fetched} of ${fetched + failed + left} pages`,
    failed > 0 && `${failed} failed`,
    discovered > fetched + failed + left && `${discovered} found`,
    pagesPerSecond > 0 && `${pagesPerSecond.toFixed(1)} pages/s`,
    secondsLeft !== null && left > 0 && `about ${timeLeft(secondsLeft)} left`,
    `${errors(counts.error)}, ${warnings(counts.warning)}`,
  ];
  return parts.filter((part) => part !== false).join(" · ");
}

function timeLeft(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const barWidth = 20;

/** The same with a bar in front, within `columns`. */
export function progressBar(progress: LiveProgress, columns: number): string {
  const settled = progress.fetched + progress.failed;
  const share = settled / Math.max(1, settled + progress.left);
  const full = Math.round(share * barWidth);
  const line = `${"█".repeat(full)}${"░".repeat(barWidth - full)}  ${progressText(progress)}`;
  return line.slice(0, Math.max(1, columns - 1));
}
