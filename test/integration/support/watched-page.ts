import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";

// Longer than a stream can stay with a superseded release.
const showSeconds = 120;

/**
 * The sample's page in a new visitor's browser: nothing cached, no open connection. Records every problem: a failed
 * request, an error status, an error or warning in the console, an exception.
 */
export class WatchedPage {
  readonly page: Page;
  readonly problems: string[] = [];
  /** Paths of the loaded files under `/assets/`, in order. */
  readonly assets: string[] = [];

  private readonly url: string;

  private constructor(page: Page, url: string) {
    this.page = page;
    this.url = url;
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.problems.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => this.problems.push(`exception: ${error.message}`));
    page.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText ?? "unknown";
      // A reload, or closing the page, aborts requests.
      if (reason !== "net::ERR_ABORTED") this.problems.push(`${request.url()}: ${reason}`);
    });
    page.on("response", (response) => {
      const { pathname } = new URL(response.url());
      if (response.status() >= 400) this.problems.push(`${pathname}: HTTP ${response.status()}`);
      else if (pathname.startsWith("/assets/")) this.assets.push(pathname);
    });
  }

  /** Creates an empty page. */
  static async blank(browser: Browser, url: string): Promise<WatchedPage> {
    const context = await browser.newContext();
    return new WatchedPage(await context.newPage(), url);
  }

  /** Opens the platform's page. */
  async load(): Promise<void> {
    await this.page.goto(this.url);
  }

  /** Waits until an element of the page shows a text: a string anywhere in it, or what a pattern matches. */
  async shows(id: string, text: string | RegExp): Promise<void> {
    try {
      await this.page.locator(`#${id}`, { hasText: text }).waitFor({ timeout: showSeconds * 1000 });
    } catch (error) {
      const shown = await this.page.locator("body").innerText();
      const seen = JSON.stringify({ shown, problems: this.problems }, null, 2);
      throw new Error(`#${id} never showed "${String(text)}": ${seen}`, { cause: error });
    }
  }

  /** Uses a feature whose file the page loads only then. Fails if the file is there before, or doesn't work. */
  async useLazyFile(): Promise<void> {
    assert.deepEqual(this.lazyFiles(), [], "the lazy file was loaded before it was wanted");
    await this.page.getByRole("button", { name: "Write a row" }).click();
    await this.shows("details", "was written and found again");
    assert.equal(this.lazyFiles().length, 1);
  }

  /** Closes the page. Fails if it had any problem. */
  async closeWell(): Promise<void> {
    await this.page.context().close();
    assert.deepEqual(this.problems, []);
  }

  private lazyFiles(): string[] {
    return this.assets.filter((path) => path.startsWith("/assets/details-"));
  }
}
