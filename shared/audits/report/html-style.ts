/** The one style sheet of a report. A constant, so that a policy may allow it by hash; no rule names an outside resource. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #f7faf8; --card: #ffffff; --ink: #13211b; --soft: #52615a; --line: #dfe7e3; --hair: #edf2ef;
  --mint: #0f9d76; --mint-ink: #0a6f53; --wash: #e6f5ef;
  --good: #0f9d76; --fair: #d9880b; --poor: #d03a45; --none: #93a29b;
  --error: #b8242f; --warning: #8f5a00; --info: #2f5fa5;
  --error-wash: #fdeeee; --warning-wash: #fdf4e2; --info-wash: #ecf2fb;
  --shadow: 0 1px 2px rgb(16 40 30 / .05), 0 8px 24px -12px rgb(16 40 30 / .12);
  --mono: ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0c1311; --card: #131c19; --ink: #e5eeea; --soft: #9eb0a8; --line: #26332e; --hair: #1d2824;
    --mint: #2cc197; --mint-ink: #56d9b1; --wash: #10281f;
    --good: #2cc197; --fair: #efad45; --poor: #f2686f; --none: #6d7d76;
    --error: #ff8a90; --warning: #f3bb63; --info: #93b8f4;
    --error-wash: #2d1719; --warning-wash: #2a2112; --info-wash: #16212f;
    --shadow: none;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; scroll-padding-top: 1.5rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif; }
h1, h2, h3, h4, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; overflow-wrap: anywhere; }
a { color: var(--mint-ink); text-decoration-thickness: 1px; text-underline-offset: .2em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--mint); outline-offset: 2px; border-radius: 6px; }
svg { display: block; }
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--card); padding: .6rem 1rem; border-radius: 0 0 10px 10px; z-index: 1; }
.skip:focus { top: 0; }
.wide { max-width: 65rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem); }

.top { background: radial-gradient(80rem 28rem at 15% -12rem, var(--wash), transparent 70%); padding: 1.5rem 0 0; }
.brand { display: flex; flex-wrap: wrap; gap: .3rem .6rem; align-items: center; font-size: .9rem; color: var(--soft); }
.brand svg { width: 1.35rem; height: 1.35rem; fill: var(--mint); }
.brand b { color: var(--ink); letter-spacing: -.01em; }
.brand time { margin-left: auto; }
.hero { display: grid; grid-template-columns: auto 1fr; gap: clamp(1.5rem, 5vw, 3.5rem); align-items: center; padding: clamp(2rem, 6vw, 3.5rem) 0 clamp(1.75rem, 4vw, 2.5rem); }
.ring { width: clamp(9.5rem, 22vw, 13rem); text-align: center; }
.ring svg { width: 100%; height: auto; }
.ring circle { fill: none; stroke-width: 9; stroke: var(--hair); }
.ring text { font-weight: 650; font-size: 38px; letter-spacing: -.03em; fill: var(--ink); text-anchor: middle; dominant-baseline: central; font-variant-numeric: tabular-nums; }
.ring text.poor { fill: var(--error); } .scores b.poor { color: var(--error); }
.ring .arc { stroke-linecap: round; transform: rotate(-90deg); transform-origin: center; }
.ring figcaption { margin-top: .65rem; font-size: .875rem; color: var(--soft); line-height: 1.35; }
.ring figcaption b { display: block; color: var(--ink); font-size: 1rem; }
.arc.good, .bar .good { stroke: var(--good); fill: var(--good); } .arc.fair, .bar .fair { stroke: var(--fair); fill: var(--fair); }
.arc.poor, .bar .poor { stroke: var(--poor); fill: var(--poor); } .arc.none, .bar .none { stroke: var(--none); fill: var(--none); }
.ring circle.arc { fill: none; } .bar rect { stroke: none !important; }
.bar .track { fill: var(--hair); } .bar { width: 100%; height: 8px; border-radius: 4px; overflow: hidden; }
h1 { font-size: clamp(1.65rem, 4.6vw, 2.6rem); letter-spacing: -.03em; font-weight: 680; }
h1 a { color: inherit; text-decoration: none; } h1 a:hover { text-decoration: underline; }
.facts { color: var(--soft); margin-top: .5rem; }
.tiles { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem; }
.tiles li { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: .7rem 1.1rem .75rem; min-width: 7.2rem; flex: 0 1 8.5rem; box-shadow: var(--shadow); }
.tiles b { display: block; font-size: 1.6rem; line-height: 1.2; font-weight: 650; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.tiles span { display: flex; align-items: center; gap: .4rem; font-size: .875rem; color: var(--soft); }
.mark { flex: none; width: .8em; height: .8em; fill: currentColor; }
.error > .mark, .mark.error { color: var(--error); } .warning > .mark, .mark.warning { color: var(--warning); } .info > .mark, .mark.info { color: var(--info); }
.contents { border-block: 1px solid var(--line); background: var(--card); }
.contents ul { display: flex; flex-wrap: wrap; gap: 0 1.75rem; font-size: .9375rem; }
.contents a { display: block; padding: .7rem 0; color: var(--soft); text-decoration: none; }
.contents a:hover { color: var(--mint-ink); text-decoration: underline; }
.contents small { font-size: .8125rem; opacity: .85; font-variant-numeric: tabular-nums; }

section { padding-top: clamp(2.25rem, 6vw, 3.5rem); }
h2 { font-size: 1.5rem; letter-spacing: -.02em; font-weight: 660; }
h2 + .lead { margin-top: .25rem; } .lead { color: var(--soft); max-width: 42rem; }
h2 ~ * { margin-top: 1.25rem; }
.banner { margin-top: 1.75rem; background: var(--warning-wash); border: 1px solid var(--line); border-left: 4px solid var(--fair); border-radius: 12px; padding: .9rem 1.2rem; overflow-wrap: anywhere; }
.banner.failed { background: var(--error-wash); border-left-color: var(--poor); }

.scores { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: .1rem 3rem; background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: .9rem 1.5rem; box-shadow: var(--shadow); }
.scores li { display: grid; grid-template-columns: 9.5rem 1fr 2.4rem; align-items: center; gap: 1rem; padding: .55rem 0; }
.scores b { text-align: right; font-variant-numeric: tabular-nums; font-weight: 620; }
.scores .lead { grid-column: 2 / -1; font-size: .9375rem; }
.scores small { grid-column: 1 / -1; margin-top: -.9rem; color: var(--soft); font-size: .8125rem; }

.first { display: grid; gap: 1rem; counter-reset: rank; }
.first > li { counter-increment: rank; position: relative; background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 1.4rem 1.6rem 1.5rem 4.6rem; box-shadow: var(--shadow); }
.first > li::before { content: counter(rank); position: absolute; left: 1.5rem; top: 1.35rem; width: 2rem; height: 2rem; border-radius: 50%; background: var(--wash); color: var(--mint-ink); display: grid; place-items: center; font-weight: 680; font-variant-numeric: tabular-nums; }
h3 { font-size: 1.125rem; letter-spacing: -.01em; font-weight: 640; }
.tags { display: flex; flex-wrap: wrap; gap: .4rem .6rem; margin-top: .5rem; font-size: .875rem; color: var(--soft); align-items: center; }
.tag { display: inline-flex; align-items: center; gap: .38rem; border-radius: 99px; padding: .05rem .65rem; font-weight: 560; }
.tag.error { background: var(--error-wash); color: var(--error); } .tag.warning { background: var(--warning-wash); color: var(--warning); } .tag.info { background: var(--info-wash); color: var(--info); }
.advice { display: grid; gap: 0 2rem; margin-top: .6rem; }
.advice > div { overflow-wrap: anywhere; } .advice h4, .advice h5, .label { font-size: .8125rem; font-weight: 640; color: var(--soft); margin: 0 0 .15rem; line-height: 1.6; }
.advice > div { padding: .65rem 0 .75rem; } .advice .fix { background: var(--wash); border-radius: 10px; padding-inline: 1rem; } .advice .fix h4, .advice .fix h5 { color: var(--mint-ink); }
.says { margin-top: .6rem; overflow-wrap: anywhere; } .examples { margin-top: .8rem; } .examples ul { display: grid; gap: .3rem; }
.url { overflow-wrap: anywhere; } .examples .url, .found .url { font-family: var(--mono); font-size: .875em; }

.category { margin-top: 2.25rem !important; } .category > h3 { display: flex; align-items: baseline; gap: .75rem; padding-bottom: .6rem; }
.category > h3 span { margin-left: auto; font-size: .9375rem; font-weight: 560; color: var(--soft); font-variant-numeric: tabular-nums; }
.list { background: var(--card); border: 1px solid var(--line); border-radius: 16px; box-shadow: var(--shadow); overflow: clip; }
details + details { border-top: 1px solid var(--line); }
summary { display: flex; align-items: center; gap: .8rem; padding: .95rem 1.4rem; cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary:hover { background: var(--hair); } summary:focus-visible { outline-offset: -3px; border-radius: 14px; }
summary h4, summary h3 { font-size: 1rem; font-weight: 580; letter-spacing: 0; }
summary .much { margin-left: auto; color: var(--soft); font-size: .875rem; text-align: right; font-variant-numeric: tabular-nums; flex: none; }
summary::after { content: ""; flex: none; width: .5rem; height: .5rem; border: solid var(--soft); border-width: 0 2px 2px 0; transform: translateY(-2px) rotate(45deg); }
details[open] > summary::after { transform: translateY(2px) rotate(225deg); }
.inside { padding: .1rem 1.4rem 1.5rem 3rem; }
.inside .advice { margin-top: 0; }
.found { margin-top: 1.3rem; border-top: 1px solid var(--hair); }
.found > li { padding: .75rem 0; border-bottom: 1px solid var(--hair); }
.found p { color: var(--soft); font-size: .9375rem; overflow-wrap: anywhere; }
.proof { margin-top: .35rem; display: grid; gap: .3rem; justify-items: start; font-size: .875rem; }
.proof li { max-width: 100%; } .proof code { font-family: var(--mono); font-size: .9285em; background: var(--hair); border-radius: 6px; padding: .12rem .45rem; overflow-wrap: anywhere; white-space: pre-wrap; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.inside > .says { margin-top: .9rem; }
.rest code { font-family: var(--mono); font-size: .9285em; overflow-wrap: anywhere; }
.rest { color: var(--soft); font-size: .875rem; padding-top: .7rem; } .proof .rest { padding: 0; }
.sources { margin-top: .9rem; font-size: .875rem; color: var(--soft); overflow-wrap: anywhere; }

.pages { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); gap: 1.25rem; align-items: start; }
.box { background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 1.3rem 1.6rem 1.4rem; box-shadow: var(--shadow); }
.box h3 { margin-bottom: .7rem; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .42rem 0; text-align: left; vertical-align: middle; } tr + tr > * { border-top: 1px solid var(--hair); }
th { font-weight: 560; padding-right: 1rem; white-space: nowrap; } td:last-child { text-align: right; padding-left: 1rem; white-space: nowrap; } td.chart { width: 55%; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.slow { display: grid; gap: .95rem; } .slow .url { font-family: var(--mono); font-size: .875rem; } .slow .bar { height: 5px; margin: .35rem 0 .25rem; }
.slow p { font-size: .875rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.checks { columns: 20rem 3; column-gap: 2.5rem; padding: .1rem 1.4rem 1.2rem; } .checks li { break-inside: avoid; display: flex; gap: .6rem; padding: .22rem 0; font-size: .9375rem; }
.tick { flex: none; width: 1rem; height: 1rem; fill: none; stroke: var(--good); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; } .tick.unseen { stroke: var(--none); } .checks .tick { margin-top: .3rem; }
.inset { padding: 0 1.4rem .6rem; color: var(--soft); }
.notes { display: grid; gap: .6rem; max-width: 48rem; } .notes li { padding-left: 1.2rem; position: relative; overflow-wrap: anywhere; } .notes li::before { content: ""; position: absolute; left: 0; top: .68em; width: .4rem; height: .4rem; border-radius: 50%; background: var(--mint); }
footer { margin-top: 3.5rem; border-top: 1px solid var(--line); padding: 1.4rem 0 2.5rem; color: var(--soft); font-size: .875rem; overflow-wrap: anywhere; } footer .wide { display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; } footer code { font-family: var(--mono); margin-left: auto; }

@media (min-width: 48rem) { .inside .advice, .first .advice { grid-template-columns: 1fr 1fr; align-items: start; } }
@media (max-width: 44rem) {
  .hero { grid-template-columns: 1fr; } .ring { width: 10.5rem; margin: 0 auto; } .hero h1, .facts { text-align: center; } .tiles { display: grid; grid-template-columns: 1fr 1fr; } .tiles li { min-width: 0; padding: .6rem .85rem .65rem; }
  .contents ul { flex-wrap: nowrap; gap: 0 1.35rem; overflow-x: auto; scrollbar-width: none; } .contents li { flex: none; }
  .brand time { margin-left: 0; flex-basis: 100%; } .pages { grid-template-columns: minmax(0, 1fr); }
  .scores { padding: .6rem 1.1rem; } .scores li { grid-template-columns: 7.6rem 1fr 2.2rem; gap: .75rem; }
  .first > li { padding: 1.2rem 1.2rem 1.3rem; } .first > li::before { position: static; margin-bottom: .7rem; }
  summary { padding: .9rem 1rem; flex-wrap: wrap; gap: .15rem .7rem; position: relative; padding-right: 2.4rem; } summary h4, summary h3 { flex: 1 1 70%; }
  summary .much { margin-left: 1.5rem; flex-basis: 100%; text-align: left; } summary .much:first-of-type:not(h4 ~ .much) { margin-left: 0; } summary::after { position: absolute; right: 1.1rem; top: 1.25rem; }
  .inside { padding: .1rem 1rem 1.2rem; } .checks, .inset { padding-inline: 1rem; } .box { padding: 1.1rem 1.1rem 1.2rem; } footer code { margin-left: 0; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  :root { color-scheme: light; --paper: #fff; --shadow: none; }
  body { font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .contents, .skip, summary::after { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .first > li, .found > li, .slow li, .scores, .tiles li, .ring { break-inside: avoid; } h2, h3, summary { break-after: avoid; }
  section { padding-top: 1.6rem; } .list { overflow: visible; }
}
`;
