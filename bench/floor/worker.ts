import { Parser } from "htmlparser2";
import { createPieceReader } from "../../shared/platform/egress/piece-reader.ts";
import { createSemaphore } from "../../shared/platform/index.ts";

/** Connections that an audit's consumer uses; a Worker has no more. */
const connections = 6;

const ignore = (): void => {};
const bare = { onopentag: ignore, ontext: ignore, onclosetag: ignore, oncomment: ignore };

interface FloorEnv {
  readonly POSTS: Queue<Post>;
}
interface Post {
  readonly url: string;
  readonly body: string;
}

/** As much as one call of the queue takes. */
const messagesPerSend = 100;

/** Puts `count` messages into the queue, each to be sent to `url` by `queue` below. */
async function enqueue({ POSTS }: FloorEnv, { url, body, count }: Post & { readonly count: number }): Promise<void> {
  for (let sent = 0; sent < count; sent += messagesPerSend) {
    await POSTS.sendBatch(Array.from({ length: Math.min(messagesPerSend, count - sent) }, () => ({ body: { url, body } })));
  }
}

/**
 * The least that any crawler in a Worker does: fetch pages, and with `?parse=1` read them once without looking at anything.
 * Takes a JSON array of addresses, answers when all are done. And the least that any consumer of deliveries does: it sends what its queue says.
 */
export default {
  async fetch(request, env): Promise<Response> {
    if (request.method === "PUT") {
      await enqueue(env, await request.json());
      return new Response(null, { status: 202 });
    }
    const parses = new URL(request.url).searchParams.has("parse");
    const urls: string[] = await request.json();
    const { run } = createSemaphore(connections);
    let bytes = 0;
    const visit = async (url: string): Promise<void> => {
      const response = await fetch(url);
      if (!parses) {
        bytes += (await response.arrayBuffer()).byteLength;
        return;
      }
      const parser = new Parser(bare);
      const decoder = new TextDecoder();
      // In large pieces, as an audit reads it: by default workerd reads 4 KiB at a time, and the floor would not be one.
      const reader = response.body === null ? null : createPieceReader(response.body);
      for (let piece = await reader?.read(); piece; piece = await reader?.read()) {
        bytes += piece.byteLength;
        parser.write(decoder.decode(piece, { stream: true }));
      }
      parser.end(decoder.decode());
    };
    await Promise.all(urls.map((url) => run(() => visit(url))));
    return Response.json({ bytes });
  },
  async queue({ messages }): Promise<void> {
    const { run } = createSemaphore(connections);
    await Promise.all(messages.map(({ body: { url, body } }) => run(async () => void (await (await fetch(url, { method: "POST", body })).arrayBuffer()))));
  },
} satisfies ExportedHandler<FloorEnv, Post>;
