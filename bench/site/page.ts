const words =
  "a reader of this manual will find that every table keeps its rows in order and each query returns what the index knows about them before the planner reads another page from disk while writers wait for locks that were taken by older transactions and released when they commit or roll back so the server can answer again without losing any change that was promised to a client".split(
    " ",
  );

/** A generator of numbers from a seed (mulberry32): the same page is the same bytes in every run. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

const linksPerPage = 60;

/** Sections of a page: what makes it about 19 KB, as in a small manual, or about 87 KB, as in the reference of a programming language. */
export const pageSizes = { small: 12, large: 77 } as const;
export type PageSize = keyof typeof pageSizes;

/** Path of the nth page of a site of `total`: twenty folders, so that no one of them is all of the site. */
export const pathOf = (n: number): string => (n === 0 ? "/" : `/part-${n % 20}/page-${n}.html`);

/**
 * A page as a manual has it: a navigation, sections of prose with code and a table, sixty links. Each page names two that no other
 * page before it names, so that a crawl finds all of them and none lies deep.
 */
export function pageOf(n: number, total: number, size: PageSize): string {
  const next = numbersFrom(n + 1);
  const word = (): string => words[next() % words.length] ?? "a";
  const sentence = (length: number): string => Array.from({ length }, word).join(" ");
  const children = [2 * n + 1, 2 * n + 2].filter((child) => child < total);
  const others = Array.from({ length: linksPerPage - children.length }, () => next() % total);
  const link = (target: number): string => `<li><a class="reference internal" href="${pathOf(target)}">Page ${target}: ${sentence(3)}</a></li>`;
  const section = (i: number): string =>
    `<section id="s${i}"><h2>${sentence(4)}<a class="headerlink" href="#s${i}" title="Link to this heading">¶</a></h2>
<p>${sentence(38)}, <code class="literal">${word()}_${word()}()</code> &amp; <em>${sentence(3)}</em>. ${sentence(30)}.</p>
<pre><span class="kw">SELECT</span> ${word()}, ${word()} <span class="kw">FROM</span> ${word()} <span class="kw">WHERE</span> ${word()} &lt; ${next() % 1000};</pre>
<table><tr><th>${word()}</th><th>${word()}</th></tr><tr><td>${sentence(4)}</td><td>${sentence(6)}</td></tr></table>
<p>${sentence(34)}.</p></section>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${sentence(5)} · page ${n} of the manual</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="description" content="${sentence(14)}, on page ${n}.">
<link rel="stylesheet" href="/style.css"><link rel="canonical" href="{origin}${pathOf(n)}"></head>
<body><nav><ul>${[...children, ...others].map(link).join("\n")}</ul></nav><main><h1>${sentence(4)} ${n}</h1>
${Array.from({ length: pageSizes[size] }, (_, i) => section(i)).join("\n")}
<p><img src="/figure-${n}.png" alt="${sentence(5)}" width="640" height="480"></p></main></body></html>`;
}
