// Pieces of HTML as text: everything that is not known to be markup is escaped.

/** Text that is HTML already. */
export interface Html {
  readonly html: string
}

type Piece = Html | string | number | undefined | ReadonlyArray<Piece>

/** `` html`<p>${text}</p>` ``: values are escaped unless they are Html; lists are joined, undefined is nothing. */
export const html = (parts: TemplateStringsArray, ...values: ReadonlyArray<Piece>): Html => ({
  html: parts.reduce((text, part, i) => text + part + (i < values.length ? render(values[i]) : ""), "")
})

/** Markup from elsewhere, such as a drawn plot. */
export const raw = (markup: string): Html => ({ html: markup })

const render = (piece: Piece): string => {
  if (piece === undefined) return ""
  if (typeof piece === "string") return escape(piece)
  if (typeof piece === "number") return String(piece)
  return "html" in piece ? piece.html : piece.map(render).join("")
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}

export const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign)

/** A column of a table: its heading with the unit, and what stands in a row. */
export interface Column<R> {
  readonly head: string
  readonly cell: (row: R) => Html | string | number | undefined
  /** Numbers stand at the right. */
  readonly number?: boolean
  /** Sentences may take several lines. */
  readonly wrap?: boolean
}

/** A table with more rows scrolls within the page, its head in place. */
const tall = 40

export const table = <R>(caption: string, rows: ReadonlyArray<R>, columns: ReadonlyArray<Column<R>>): Html =>
  html`<div class="${rows.length > tall ? "scroll tall" : "scroll"}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ head, number }) => html`<th scope="col" ${raw(number === true ? ' class="n"' : "")}>${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map(({ cell, number, wrap }) => html`<td${raw(number === true ? ' class="n"' : wrap === true ? ' class="wrap"' : "")}>${cell(row)}</td>`)}
            </tr> `
        )}
      </tbody>
    </table>
  </div>`

/** A plot with what it shows; a grid of them stands side by side. */
export const figure = (drawing: string, caption: string | Html): Html =>
  html`<figure>
    ${raw(drawing)}
    <figcaption>${caption}</figcaption>
  </figure>`
