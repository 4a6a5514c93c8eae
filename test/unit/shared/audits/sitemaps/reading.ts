import { readSitemap } from "../../../../../shared/audits/sitemaps/index.ts";

export const own = "https://example.com/sitemap.xml";
export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A body that arrives in pieces of `size` bytes, and what became of it. */
export function bodyOf(bytes: Uint8Array, size = 65_536) {
  const fate = { sent: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (fate.sent >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(fate.sent, fate.sent + size));
      fate.sent += size;
    },
    cancel() {
      fate.cancelled = true;
    },
  });
  return { stream, fate };
}

export async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer());
}

/** All that reading a file yields. Bytes arrive `size` at a time. */
export async function read(content: string | Uint8Array, { size, ...limits }: { size?: number; maxUrls?: number; maxBytes?: number } = {}) {
  const { stream, fate } = bodyOf(typeof content === "string" ? encode(content) : content, size);
  const pages: { url: string; lastmod: string | null }[] = [];
  const sitemaps: string[] = [];
  const chunks: number[] = [];
  const summary = await readSitemap(stream, {
    url: own,
    onPages: (found) => {
      chunks.push(found.length);
      pages.push(...found);
    },
    onSitemaps: (found) => {
      chunks.push(found.length);
      sitemaps.push(...found);
    },
    ...limits,
  });
  return { summary, pages, urls: pages.map(({ url }) => url), sitemaps, chunks, fate };
}
