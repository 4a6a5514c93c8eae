/** How the test site answers one path. Plain data, so that tests inside workerd can describe a site over HTTP. */
export interface SiteRoute {
  /** Default 200; 302 with `redirect`. */
  readonly status?: number;
  /** Default: `text/html; charset=utf-8`, or `text/plain` for *.txt and `application/xml` for *.xml. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  /** Raw bytes instead of `body`, in base64: broken encodings, images, gzip files. */
  readonly base64?: string;
  /** Sends the body this many times over: large pages from a short description. */
  readonly repeat?: number;
  /** Compresses the body and says so in `Content-Encoding`. */
  readonly gzip?: boolean;
  /** Compresses the body and does not say so: a `.gz` file. */
  readonly gzipFile?: boolean;
  /** Value of `Location`, as it is. */
  readonly redirect?: string;
  /** Waits before the first byte. */
  readonly delayMs?: number;
  /**
   * What goes wrong: no answer at all, headers and then silence, a body that never ends, a connection that is cut in the body.
   */
  readonly fault?: "no-answer" | "hang-in-body" | "endless-body" | "cut-in-body";
}

/**
 * Path with query (`/a?b=1`), or path alone for any query, to its answer; `*` answers the rest, which is otherwise a 404.
 * Of a list, each request gets the next, and the last again and again.
 */
export type SiteRoutes = Readonly<Record<string, string | SiteRoute | readonly (string | SiteRoute)[]>>;

/** A request that the test site received. */
export interface SiteRequest {
  readonly method: string;
  /** Value of `Host`. */
  readonly host: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What was sent, once it is there: before the answer begins. */
  body: string;
}
