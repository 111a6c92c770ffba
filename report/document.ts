// A whole HTML page from its sections: self-contained, nothing is fetched.
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { html, raw } from "./html.ts"
import type { Html } from "./html.ts"
import { script } from "./script.ts"
import type { Section } from "./sections/pieces.ts"
import { style } from "./style.ts"

/** The browser itself refuses every request. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"

export interface Page {
  readonly title: string
  readonly lead: Html
  readonly sections: ReadonlyArray<Section>
  /** Whether it has molecules that can be turned. */
  readonly viewer: boolean
}

export const renderDocument = ({ lead, sections, title, viewer }: Page): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${raw(policy)}" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${raw(style)}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <h1>${title}</h1>
          ${lead}
        </header>
        <nav aria-label="Sections">
          ${sections.map(({ id, title: words }) => html`<a href="#${id}">${words}</a> `)}
        </nav>
        <main id="main">
          ${sections.map(
            ({ body, id, title: words }) =>
              html`<section aria-labelledby="${id}">
                <h2 id="${id}">${words}</h2>
                ${body}
              </section> `
          )}
        </main>
        <dialog id="node" aria-labelledby="node-name">
          <form method="dialog">
            <h2 id="node-name"></h2>
            <button aria-label="Close">✕</button>
          </form>
          <div></div>
        </dialog>
        <div id="tip" role="status" hidden></div>
        ${viewer ? viewerScript() : undefined}
        <script>
          ${raw(script)}
        </script>
      </body>
    </html> `.html

/** 3Dmol.js as text, which runs when somebody asks for it: a page is opened more often than its molecules are turned. */
const viewerScript = (): Html => {
  const file = createRequire(import.meta.url).resolve("3dmol/build/3Dmol-min.js")
  const text = readFileSync(file, "utf8")
  if (/<\/script|<!--/i.test(text))
    throw new Error(`${file} cannot stand in a page: it holds an end of a script`)
  return html`<script type="text/plain" id="viewer">
    ${raw(text)}
  </script>`
}
