import { z } from "zod";

const Targets = z.array(z.object({ webSocketDebuggerUrl: z.string() }));
const Answer = z.object({ id: z.number(), result: z.object({ usedSize: z.number().optional() }) });

export interface HeapGauge extends Disposable {
  /** Megabytes of JavaScript that the Worker still needs: what is left after its garbage is collected. */
  read(): Promise<number>;
}

/** Measures the Worker's heap through the inspector of the runtime (Chrome DevTools Protocol) on that port. */
export async function openHeapGauge(port: number): Promise<HeapGauge> {
  const [target] = Targets.parse(await (await fetch(`http://127.0.0.1:${port}/json`)).json());
  if (target === undefined) throw new Error("The runtime's inspector knows no Worker.");
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
  let last = 0;
  const waiting = new Map<number, (usedSize: number) => void>();
  socket.addEventListener("message", ({ data }) => {
    const answer = Answer.safeParse(JSON.parse(String(data)));
    if (answer.success) waiting.get(answer.data.id)?.(answer.data.result.usedSize ?? 0);
  });
  const send = (method: string): Promise<number> =>
    new Promise((resolve) => {
      waiting.set(++last, resolve);
      socket.send(JSON.stringify({ id: last, method }));
    });
  await send("HeapProfiler.enable");
  return {
    async read() {
      await send("HeapProfiler.collectGarbage");
      return (await send("Runtime.getHeapUsage")) / 1_000_000;
    },
    [Symbol.dispose]: () => socket.close(),
  };
}
