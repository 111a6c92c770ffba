// The page of a campaign in a real browser: on screens of any width, dark, on paper, by mouse and by keyboard.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { loadCampaign } from "../../report/loadCampaign.ts"
import { renderCampaign } from "../../report/page.ts"
import * as RunRecord from "../../report/RunRecord.ts"
import { hasBrowser, launch, open } from "./browser.ts"
import { campaign } from "./pipelines.ts"
import { runOf, temporaryFolder } from "./runs.ts"
import * as synthetic from "./synthetic.ts"

const file = join(temporaryFolder(), "page.html")
let browser: Browser

/** What is wrong with what is drawn: nothing to see, or labels that lie on each other or are cut off. Runs in the page. */
const flaws = `(() => {
  const flaws = []
  for (const details of document.querySelectorAll("details")) details.open = true
  for (const svg of document.querySelectorAll("svg.plot, svg.workflow")) {
    const name = svg.getAttribute("aria-label")
    const { bottom, left, right, top } = svg.getBoundingClientRect()
    if (right - left < 100 || bottom - top < 50) flaws.push(name + ": not drawn")
    if (svg.querySelector("path[d*=','], circle") === null) flaws.push(name + ": blank")
    const texts = [...svg.querySelectorAll("text")].map((text) => ({
      words: text.textContent,
      box: text.getBoundingClientRect()
    }))
    for (const [i, { box, words }] of texts.entries()) {
      if (words.trim() === "") flaws.push(name + ": a blank label")
      if (box.left < left - 1 || box.right > right + 1 || box.top < top - 2 || box.bottom > bottom + 2) {
        flaws.push(name + ": " + words + " is cut off")
      }
      for (const other of texts.slice(i + 1)) {
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left)
        const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top)
        // Boxes of text are a little higher than the letters in them.
        if (across > 1 && down > 3) flaws.push(name + ": " + words + " lies on " + other.words)
      }
    }
  }
  return flaws
})()`

const flawsOf = (page: Page): Promise<ReadonlyArray<string>> => page.evaluate(flaws)

describe.skipIf(!hasBrowser)("the page of a campaign in Chromium", { timeout: 240_000 }, () => {
  beforeAll(async () => {
    const { run, store } = await runOf(campaign, join(file, "..", "store"), { protocol: "demo", seed: 7 })
    const loaded = await loadCampaign(store, RunRecord.read(store, run))
    // Pairs too, which the made-up campaign does not have: as many as there are sources near a match.
    const pairs = synthetic.mobilities.slice(4, 7).map(({ D_AA, sample }, i) => {
      return { source: sample, match: i, D_AA: D_AA ?? 1, D_CG: 5, ratio: 1.02, ratio_stderr: 0.05 }
    })
    writeFileSync(file, renderCampaign({ ...loaded, pairs }))
    browser = await launch()
  }, 240_000)
  afterAll(() => browser?.close())

  it.each([
    ["wide", { width: 1400 }],
    ["dark", { dark: true }],
    ["as narrow as a phone", { width: 390 }]
  ])(
    "is drawn whole where the screen is %s, without a request or a word in the console",
    async (_, screen) => {
      const { page, troubles } = await open(browser, file, screen)
      expect(await flawsOf(page)).toEqual([])
      const beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
      expect(await page.evaluate(beyond)).toBe(0)
      expect(troubles).toEqual([])
      await page.close()
    }
  )

  it("says in its first screen what was asked, what came out, and whether it can be trusted", async () => {
    const { page } = await open(browser, file, { width: 1280, height: 720 })
    for (const words of ["Asked:", "What came out", "Can it be trusted?"]) {
      const box = await page.getByText(words, { exact: true }).boundingBox()
      expect(box?.y).toBeLessThan(600)
    }
    expect(await page.locator(".checks li").count()).toBeGreaterThan(5)
    await page.close()
  })

  it("leads from a number to its node by a click, and back by Escape", async () => {
    const { page, troubles } = await open(browser, file)
    const number = page.locator("section[aria-labelledby=samples] table a.from").nth(1)
    await number.click()
    const card = page.getByRole("dialog")
    await card.waitFor()
    const words = (await card.textContent()) ?? ""
    expect(words).toContain("simulate@sample=0")
    expect(words).toMatch(/key\s*[0-9a-f]{64}/)
    expect(words).toMatch(/params\s*sample 0/)
    expect(words).toContain("largo explain made-up-campaign simulate@sample=0")
    // From the card on to what it was made from.
    await card.locator("a.from").first().click()
    expect(await card.getByRole("heading").textContent()).toBe("load-molecule")
    await page.keyboard.press("Escape")
    expect(await card.isVisible()).toBe(false)
    expect(troubles).toEqual([])
    await page.close()
  })

  it("tells what a plot shows under the pointer, and by the arrow keys", async () => {
    const { page } = await open(browser, file)
    const plot = page.getByRole("img", { name: "All-atom against coarse-grained diffusion coefficients" })
    const tip = page.locator("#tip")
    await plot.scrollIntoViewIfNeeded()
    await plot.focus()
    expect(await tip.isVisible()).toBe(false)
    await page.keyboard.press("ArrowRight")
    expect(await tip.textContent()).toMatch(/^sample 0: all-atom .* ± .*, coarse-grained/)
    await page.keyboard.press("ArrowRight")
    expect(await tip.textContent()).toMatch(/^sample 1/)
    await page.keyboard.press("Escape")
    expect(await tip.isVisible()).toBe(false)
    const dot = await plot.locator("g[aria-label=dot] circle").last().boundingBox()
    await page.mouse.move((dot?.x ?? 0) + 3, (dot?.y ?? 0) + 3)
    expect(await tip.textContent()).toMatch(/^sample 8/)
    await page.close()
  })

  it("turns molecules where the browser can, says so where it cannot", async () => {
    const { page, troubles } = await open(browser, file)
    await page.getByRole("button", { name: "Turn it in three dimensions" }).first().click()
    const canvas = page.locator(".molecules canvas")
    const trouble = page.locator("#liquid-trouble", { hasText: "cannot turn molecules" })
    await canvas.or(trouble).first().waitFor()
    if ((await canvas.count()) > 0) {
      await page.keyboard.press("ArrowRight")
      expect(await trouble.count()).toBe(0)
    } else {
      expect(await page.locator(".molecules svg").first().isVisible()).toBe(true)
    }
    // Drivers warn of software rendering.
    expect(troubles.filter((words) => !/^warning: .*(?:WebGL|GL Driver)/i.test(words))).toEqual([])
    await page.close()
  })

  it("can be gone through by keyboard, and names all that it shows", async () => {
    const { page } = await open(browser, file)
    await page.keyboard.press("Tab")
    expect(await page.locator(":focus").textContent()).toBe("Skip to the content")
    const nameless = `[...document.querySelectorAll("svg:not([aria-hidden]), button, a, summary, dialog")].flatMap((one) => {
      const label = one.getAttribute("aria-label") ?? one.getAttribute("aria-labelledby") ?? one.textContent
      return label.trim() === "" ? [one.outerHTML.slice(0, 80)] : []
    })`
    expect(await page.evaluate(nameless)).toEqual([])
    const levels = await page.evaluate<ReadonlyArray<number>>(
      `[...document.querySelectorAll("h1, h2, h3, h4")].map(({ tagName }) => Number(tagName.slice(1)))`
    )
    expect(levels[0]).toBe(1)
    for (const [i, level] of levels.slice(1).entries()) expect(level).toBeLessThanOrEqual(levels[i] + 1)
    await page.close()
  })

  it("prints, light whatever the screen", async () => {
    const { page, troubles } = await open(browser, file, { dark: true })
    await page.emulateMedia({ media: "print" })
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)")
    const pdf = await page.pdf({ format: "A4" })
    expect(pdf.length).toBeGreaterThan(50_000)
    expect(troubles).toEqual([])
    await page.close()
  })
})
