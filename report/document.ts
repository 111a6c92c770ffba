// A whole HTML page from its sections: self-contained, nothing is fetched.
import { html, raw } from "./html.ts"
import type { Html } from "./html.ts"
import type { Section } from "./sections/pieces.ts"
import { style } from "./style.ts"

export const renderDocument = (page: {
  readonly title: string
  readonly lead: Html
  readonly sections: ReadonlyArray<Section>
}): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${page.title}</title>
        <style>
          ${raw(style)}
        </style>
      </head>
      <body>
        <header>
          <h1>${page.title}</h1>
          ${page.lead}
          <nav aria-label="Sections">
            ${page.sections.map(({ id, title }) => html`<a href="#${id}">${title}</a> `)}
          </nav>
        </header>
        <main>
          ${page.sections.map(
            ({ body, id, title }) =>
              html`<section aria-labelledby="${id}">
                <h2 id="${id}">${title}</h2>
                ${body}
              </section> `
          )}
        </main>
      </body>
    </html> `.html
