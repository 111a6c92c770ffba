// A real browser for tests of pages: Chromium as Debian has it, headless, its first steps on the net switched off.
import { existsSync } from "node:fs"
import { pathToFileURL } from "node:url"
import { chromium } from "playwright-core"
import type { Browser, Page } from "playwright-core"

const executablePath = process.env["LARGO_CHROMIUM"] ?? "/usr/bin/chromium"

export const hasBrowser = existsSync(executablePath)

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync"
    ]
  })

export interface Opened {
  readonly page: Page
  /** What the console said, errors that nobody caught, and requests beyond the file itself. */
  readonly troubles: ReadonlyArray<string>
}

export const open = async (
  browser: Browser,
  file: string,
  { dark = false, height = 900, width = 1200 } = {}
): Promise<Opened> => {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    offline: true
  })
  const page = await context.newPage()
  page.setDefaultTimeout(120_000)
  const url = pathToFileURL(file).href
  const troubles: Array<string> = []
  page.on("console", (message) => troubles.push(`${message.type()}: ${message.text()}`))
  page.on("pageerror", (error) => troubles.push(`error: ${error.message}`))
  page.on("request", (request) => {
    if (request.url() !== url && !/^(data|blob):/.test(request.url()))
      troubles.push(`request: ${request.url()}`)
  })
  await page.goto(url)
  return { page, troubles }
}
