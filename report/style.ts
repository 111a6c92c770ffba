// The style of the pages: fits a phone and paper, light and dark, colours that every eye tells apart.

const light = `
  --ink: #1b1d1f; --soft: #5a5d60; --surface: #ffffff; --raised: #f4f5f3; --line: #d5d7d3;
  --c-blue: #0072b2; --c-vermilion: #c94f00; --c-green: #00805c; --c-purple: #b0568f; --c-orange: #b87700;
  --c-sky: #3a94c9; --c-brown: #6b5b3e; --c-muted: #747678;
  --m-carbon: #4a4d50; --m-hydrogen: #c9ccce; --m-bond: #7d8083;
`
const dark = `
  --ink: #ebecec; --soft: #b2b4b6; --surface: #15171a; --raised: #202327; --line: #3d4146;
  --c-blue: #56a9e8; --c-vermilion: #ff8a4a; --c-green: #35c79a; --c-purple: #e39cc8; --c-orange: #e8b13a;
  --c-sky: #9ad6f5; --c-brown: #c9b48a; --c-muted: #9a9c9e;
  --m-carbon: #8b9095; --m-hydrogen: #e4e6e8; --m-bond: #6d7276;
`

export const style = `
:root { color-scheme: light dark; ${light} }
@media screen and (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
html { scroll-padding-top: 3.5rem; }
body {
  margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 72rem; background: var(--surface); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
}
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 .75rem; }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .35rem; }
main > section { margin-top: 2.5rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
main > section:first-child { border-top: 0; margin-top: .5rem; }
p { max-width: 48rem; margin: .5rem 0; }
a { color: var(--c-blue); }
:focus-visible { outline: 3px solid var(--c-orange); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: .5rem; top: .5rem; background: var(--surface); padding: .5rem; z-index: 3; }
.soft, figcaption, caption { color: var(--soft); }
.bad { color: var(--c-vermilion); font-weight: 600; }
nav { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: 1rem -1.25rem 0; padding: .5rem 1.25rem; background: var(--surface); border-bottom: 1px solid var(--line); font-size: .92rem; }
nav a { text-decoration: none; padding: .15rem 0; }
nav a:hover { text-decoration: underline; }

.chips { display: flex; flex-wrap: wrap; gap: .35rem .6rem; align-items: baseline; max-width: none; }
.chip { background: var(--raised); border-radius: 1rem; padding: .1rem .7rem; font-size: .92rem; overflow-wrap: anywhere; }
.chip b { font-weight: 500; color: var(--soft); }
.screen { display: grid; grid-template-columns: minmax(0, 1.25fr) minmax(0, 1fr); gap: 1rem 2rem; margin-top: 1rem; }
.screen h2 { font-size: 1.05rem; margin-bottom: .5rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: .6rem; margin: 0; }
.facts div { background: var(--raised); border-radius: .5rem; padding: .6rem .9rem; }
.facts dt { color: var(--soft); font-size: .85rem; line-height: 1.3; }
.facts dd { margin: .15rem 0 0; font-size: 1.45rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.facts dd a { color: inherit; text-decoration-color: var(--c-muted); text-decoration-thickness: 1px; text-underline-offset: .2em; }
.facts small { display: block; font-size: .8rem; line-height: 1.35; color: var(--soft); margin-top: .2rem; }
.verdict { font-weight: 600; font-size: 1.1rem; margin: 0 0 .5rem; }
.checks { list-style: none; margin: 0; padding: 0; font-size: .92rem; line-height: 1.4; }
.checks li { padding: .15rem 0 .15rem 1.6rem; position: relative; }
.checks .icon { position: absolute; left: .1rem; }
.checks a { color: inherit; text-decoration-color: var(--line); text-underline-offset: .2em; }
.good .icon, .good.verdict { color: var(--c-green); }
.fair .icon, .fair.verdict { color: var(--c-orange); }
.bad .icon, .bad.verdict { color: var(--c-vermilion); }
.checks li.bad { color: inherit; font-weight: 400; }

figure { margin: 0; }
section > figure { margin: 1rem 0; }
figcaption { font-size: .88rem; line-height: 1.4; max-width: 48rem; }
figcaption b { color: var(--ink); font-weight: 600; }
.sources { display: block; font-size: .92em; }
a.from { color: inherit; text-decoration: underline dotted var(--c-muted); text-underline-offset: .2em; }
a.from:hover { color: var(--c-blue); text-decoration-style: solid; }
.sources a.from { color: var(--c-blue); text-decoration: none; overflow-wrap: anywhere; }
svg.plot { display: block; max-width: 100%; height: auto; overflow: visible; background: none; }
svg.plot text { white-space: pre; font-size: 11.5px; }
svg.plot[data-spots] { touch-action: pan-y; cursor: crosshair; }
.pointer { fill: none; stroke: var(--c-orange); stroke-width: 2; pointer-events: none; }
#tip { position: fixed; z-index: 5; max-width: 22rem; padding: .25rem .6rem; border-radius: .35rem; background: var(--ink); color: var(--surface); font-size: .85rem; line-height: 1.35; pointer-events: none; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(17.5rem, 1fr)); gap: 1.25rem 1.5rem; margin: .75rem 0; }
.pair { display: flex; flex-wrap: wrap; gap: 1rem 1.5rem; }
.pair > * { flex: 0 1 540px; min-width: 0; }
.pair h3 { margin-top: 1rem; }
.viewer { position: relative; cursor: grab; }
button { font: inherit; color: var(--c-blue); background: var(--raised); border: 1px solid var(--line); border-radius: .4rem; padding: .3rem .9rem; cursor: pointer; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .9rem; margin: .6rem 0; padding: 0; list-style: none; }
.legend svg { vertical-align: middle; margin-right: .4rem; overflow: visible; }

.scroll { overflow-x: auto; margin: 1rem 0; }
.tall { max-height: 36rem; overflow-y: auto; }
.tall th { position: sticky; top: 0; background: var(--surface); }
table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .35rem; }
th, td { text-align: left; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
th { white-space: normal; vertical-align: bottom; line-height: 1.25; font-weight: 600; }
td.wrap { white-space: normal; min-width: 13rem; overflow-wrap: anywhere; }
th.n, td.n { text-align: right; }
th.n:first-child, td.n:first-child { text-align: left; }
code, pre { font: .92em ui-monospace, "DejaVu Sans Mono", monospace; }
code { overflow-wrap: anywhere; }
.note { border-left: 4px solid var(--c-orange); background: var(--raised); padding: .6rem 1rem; margin: 1rem 0; max-width: 48rem; }
.note ul { margin: .25rem 0 0; padding-left: 1.2rem; max-height: 12rem; overflow-y: auto; }
details { margin: .5rem 0; }
summary { cursor: pointer; }
.card { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem 1rem; margin: .75rem 0; }
.card > summary h3 { display: inline; margin: 0; }
.card > summary { padding: .25rem 0; }
.group { border-bottom: 1px solid var(--line); padding: .25rem 0; margin: 0; }
.group > .node { margin-left: 1.25rem; }
.node-card dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; margin: .5rem 0 1rem; font-size: .88rem; }
.node-card dt { color: var(--soft); }
.node-card dd { margin: 0; overflow-wrap: anywhere; }
.node-card ul { margin: 0; padding: 0; list-style: none; }
.node-card .params span { display: inline-block; margin-right: 1rem; }
.node-card .params b { font-weight: 500; color: var(--soft); }
.node-card pre { margin: .25rem 0 .75rem; padding: .5rem .75rem; background: var(--raised); border-radius: .35rem; overflow-x: auto; font-size: .82em; line-height: 1.35; max-height: 14rem; overflow-y: auto; }
dialog { width: min(52rem, calc(100vw - 2rem)); max-height: calc(100vh - 3rem); padding: 0; border: 1px solid var(--line); border-radius: .6rem; background: var(--surface); color: var(--ink); overflow: hidden; }
dialog[open] { display: flex; flex-direction: column; }
dialog::backdrop { background: rgb(0 0 0 / .45); }
dialog form { display: flex; justify-content: space-between; align-items: start; gap: 1rem; padding: .75rem 1rem .25rem; }
dialog form h2 { font-size: 1.05rem; margin: .25rem 0 0; overflow-wrap: anywhere; }
dialog > div { padding: 0 1rem .5rem; overflow-y: auto; }

.workflow { display: block; }
.workflow .edge { fill: none; stroke: var(--c-muted); stroke-width: 1.2; marker-end: url(#tip-of-edge); }
.workflow .tip { fill: var(--c-muted); }
.workflow rect { fill: var(--raised); stroke: var(--line); stroke-width: 1.5; }
.workflow .ran rect { stroke: var(--c-green); }
.workflow .failed rect { stroke: var(--c-vermilion); stroke-width: 3; }
.workflow .skipped rect { stroke: var(--c-orange); stroke-dasharray: 5 3; }
.workflow text { fill: var(--ink); text-anchor: middle; font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
.workflow .count { fill: var(--soft); font-size: 11.5px; }
.workflow a:hover rect { fill: var(--line); }

@media (max-width: 50rem) {
  .screen { grid-template-columns: minmax(0, 1fr); }
  nav { flex-wrap: nowrap; overflow-x: auto; white-space: nowrap; }
  .node-card dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .node-card dd { margin-bottom: .5rem; }
}
@page { margin: 1.4cm; }
@media print {
  body { max-width: none; padding: 0; font-size: 12px; }
  nav, .skip, button, #tip, dialog { display: none !important; }
  .tall { max-height: none; }
  .scroll { overflow: visible; }
  table { font-size: .8rem; }
  th, td { padding-right: .5rem; white-space: normal; }
  h2, h3, figure, .card > summary, tr { break-inside: avoid; break-after: auto; }
  h2, h3, summary { break-after: avoid; }
  .workflow { max-width: 100%; height: auto; }
  a { color: inherit; text-decoration: none; }
}
`
