import { limited, peek, pieces } from "./bytes.ts";
import { declarationBytes, decoderFor } from "./encoding.ts";
import { Entries, type SitemapPage } from "./entries.ts";
import { gunzip, isGzip } from "./gunzip.ts";
import { SitemapContent } from "./sitemap-content.ts";
import type { SitemapKind } from "./sitemap-xml.ts";
import { Unreadable } from "./unreadable.ts";

interface ReadSitemapOptions {
  /** Where the sitemap is: an index that lists itself is not followed. */
  readonly url: string;
  /** Receives the pages of a sitemap or feed as they are read, at most 500 at a time. */
  readonly onPages: (pages: SitemapPage[]) => void | Promise<void>;
  /** Receives the sitemaps that an index lists, at most 500 at a time. */
  readonly onSitemaps: (urls: string[]) => void | Promise<void>;
  /** Addresses read at most. */
  readonly maxUrls?: number;
  /** Bytes read at most, after unpacking. */
  readonly maxBytes?: number;
}

interface SitemapSummary {
  readonly kind: SitemapKind;
  /** Usable addresses; all were handed on, but for an index's own. */
  readonly entries: number;
  /** What its owner should know, in plain English; null when it is in order. Entries may have been handed on all the same. */
  readonly problem: string | null;
}

const maxDelivered = 500;

/**
 * Reads a sitemap as it arrives: XML (sitemap, index, RSS, Atom) or plain text, packed with gzip or not, in bounded memory.
 * The default limits are those of sitemaps.org. Nothing in the file makes it throw; a stream that fails and a callback that throws do.
 * The stream is cancelled when it is not read to its end.
 */
export async function readSitemap(
  body: ReadableStream<Uint8Array>,
  { url, onPages, onSitemaps, maxUrls = 50_000, maxBytes = 50 * 1024 * 1024 }: ReadSitemapOptions,
): Promise<SitemapSummary> {
  const reader = body.getReader();
  const entries = new Entries(maxUrls);
  const content = new SitemapContent(entries);
  const problems: string[] = [];
  const own = URL.parse(url)?.href;
  let listsItself = false;

  const deliver = async (): Promise<void> => {
    const pages = entries.take();
    for (let start = 0; start < pages.length; start += maxDelivered) {
      const chunk = pages.slice(start, start + maxDelivered);
      if (content.kind !== "index") {
        await onPages(chunk);
        continue;
      }
      const others = chunk.map((sitemap) => sitemap.url).filter((sitemap) => sitemap !== own);
      listsItself ||= others.length < chunk.length;
      if (others.length > 0) await onSitemaps(others);
    }
  };

  try {
    for await (const text of textOf(reader, maxBytes)) {
      content.write(text);
      await deliver();
    }
    content.end();
  } catch (thrown) {
    if (!(thrown instanceof Unreadable)) throw thrown;
    problems.push(thrown.message);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  await deliver();
  problems.push(...content.problems());
  if (listsItself) problems.push("It lists itself among its sitemaps");
  const unusable = entries.problem();
  if (unusable !== null && (problems.length === 0 || entries.accepted > 0)) problems.push(unusable);
  return { kind: content.kind, entries: entries.accepted, problem: problems.length === 0 ? null : problems.join("; ") };
}

async function* textOf(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): AsyncGenerator<string> {
  const sent = await peek(limited(pieces(reader), maxBytes), 2);
  const unpacked = isGzip(sent.start) ? limited(gunzip(sent.whole), maxBytes) : sent.whole;
  const { start, whole } = await peek(unpacked[Symbol.asyncIterator](), declarationBytes);
  const decoder = decoderFor(start);
  for await (const bytes of whole) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}
