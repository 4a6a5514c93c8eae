import { WebSocket } from "ws";

/** What a client tells of itself. */
export interface Hearer {
  /** The server has taken it in. */
  opened(): void;
  /** It was open, and is not any more. */
  closed(personId: string): void;
  /** Something came. */
  received(text: string): void;
  failed(what: string): void;
}

/** One tab of somebody. */
export interface BenchClient {
  /** Gets what is needed to connect; never throws. */
  prepare(): Promise<void>;
  /** Done once the server has taken it in, or has not; never throws. */
  connect(): Promise<void>;
  /** Says that it is there, for those who do not do that by themselves. */
  beat(): void;
}

export interface Seat {
  /** Where the server is just now: `http://host:port`. */
  readonly server: { readonly url: string };
  readonly workspaceId: string;
  readonly personId: string;
  readonly token: string;
  readonly tabId: string;
  readonly address: string;
}

/** In ms: longer than anything takes that works. */
const patienceMs = 60_000;

/** A socket from one of the addresses, and a promise that is kept once it is taken in or is not. */
export function openSocket(
  { address }: Pick<Seat, "address">,
  target: { readonly url: string; readonly protocols: string[] },
  hearer: {
    /** True for the message with which the server takes it in. */
    readonly heard: (text: string, socket: WebSocket) => boolean;
    readonly closed: (wasOpen: boolean) => void;
    readonly failed: (what: string) => void;
  },
): { readonly socket: WebSocket; readonly settled: Promise<void> } {
  const socket = new WebSocket(target.url, target.protocols, { localAddress: address, perMessageDeflate: false, handshakeTimeout: patienceMs });
  let isOpen = false;
  let hasFailed = false;
  const fail = (what: string): void => {
    if (!hasFailed) hearer.failed(what);
    hasFailed = true;
  };
  const settled = new Promise<void>((resolve) => {
    socket.on("message", (data) => {
      const wasTakenIn = hearer.heard(textOf(data), socket);
      if (wasTakenIn) isOpen = true;
      if (wasTakenIn) resolve();
    });
    socket.on("unexpected-response", (request, { statusCode }) => {
      fail(`connect: ${statusCode}`);
      request.destroy();
      resolve();
    });
    socket.on("error", (error) => {
      fail(`connect: ${"code" in error ? String(error.code) : error.message}`);
      resolve();
    });
    socket.on("close", (code) => {
      if (!isOpen) fail(`closed before it was open: ${code}`);
      hearer.closed(isOpen);
      isOpen = false;
      resolve();
    });
  });
  return { socket, settled };
}

const decoder = new TextDecoder();

/** What `ws` gives a message as. */
export const textOf = (data: Buffer | ArrayBuffer | Buffer[]): string => decoder.decode(Array.isArray(data) ? Buffer.concat(data) : data);
