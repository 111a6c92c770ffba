// The style of the pages: one column that fits a phone, light and dark, colours that every eye tells apart.

export const style = `
:root {
  color-scheme: light dark;
  --ink: #1a1a1a; --soft: #595959; --surface: #ffffff; --raised: #f5f5f2; --line: #d6d6d0;
  --c-blue: #0072b2; --c-vermilion: #c94f00; --c-green: #00805c; --c-purple: #b0568f; --c-orange: #b87700;
  --c-sky: #3a94c9; --c-brown: #6b5b3e; --c-muted: #767676;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #ececec; --soft: #b0b0b0; --surface: #16181a; --raised: #202326; --line: #3c4044;
    --c-blue: #56a9e8; --c-vermilion: #ff8a4a; --c-green: #35c79a; --c-purple: #e39cc8; --c-orange: #e8b13a;
    --c-sky: #9ad6f5; --c-brown: #c9b48a; --c-muted: #9a9a9a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 66rem; background: var(--surface); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
}
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.3rem; margin: 3rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .25rem; }
p { max-width: 46rem; margin: .5rem 0; }
.soft, figcaption, caption { color: var(--soft); }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 1rem 0; }
a { color: var(--c-blue); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .75rem; margin: 1.5rem 0; padding: 0; }
.facts div { background: var(--raised); border-radius: .5rem; padding: .75rem 1rem; }
.facts dt { color: var(--soft); font-size: .85rem; }
.facts dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
.facts small { display: block; font-size: .8rem; color: var(--soft); }
figure { margin: 1rem 0; }
figcaption { font-size: .88rem; max-width: 46rem; }
svg.plot { display: block; max-width: 100%; height: auto; overflow: visible; background: none; }
svg.plot text { white-space: pre; font-size: 11.5px; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: .5rem 1.25rem; }
.grid figcaption { font-weight: 600; color: var(--ink); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .9rem; margin: .5rem 0; padding: 0; list-style: none; }
.legend svg { vertical-align: middle; margin-right: .4rem; overflow: visible; }
.scroll { overflow-x: auto; margin: 1rem 0; }
.tall { max-height: 36rem; overflow-y: auto; }
.tall th { position: sticky; top: 0; background: var(--surface); }
table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .35rem; }
th, td { text-align: left; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
th { white-space: normal; vertical-align: bottom; line-height: 1.25; }
td.wrap { white-space: normal; min-width: 18rem; }
.n { text-align: right; }
.bad { color: var(--c-vermilion); font-weight: 600; }
code { font: .92em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.note { border-left: 4px solid var(--c-orange); background: var(--raised); padding: .6rem 1rem; margin: 1rem 0; max-width: 46rem; }
details { margin: .75rem 0; }
summary { cursor: pointer; color: var(--c-blue); }
@media print { .tall { max-height: none; } body { max-width: none; } nav { display: none; } h2, figure { break-inside: avoid; } }
`
