import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export interface SocketIo extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

/** A server of socket.io in a process of its own. */
export async function startSocketIo(): Promise<SocketIo> {
  const child = fork(join(import.meta.dirname, "socket-io-server.ts"));
  const [port]: unknown[] = await once(child, "message");
  if (typeof port !== "number" || child.pid === undefined) throw new Error("The server of socket.io did not say its port.");
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await once(child, "exit");
    },
  };
}
