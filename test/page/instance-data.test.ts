import { readFile } from "node:fs/promises";
import type { LogLine } from "@rookery/host/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { barriersInEveryLook } from "./every-look.ts";
import { journalBundle } from "./journal.ts";
import { type Album, openAlbum } from "./looks.ts";
import { openVisit, showPageOnFailure, signIn, type Visit } from "./visit.ts";

describeWith([isChromiumAvailable()], "the log and the database of an instance", () => {
  let rookery: Rookery;
  let visit: Visit;
  let album: Album;

  beforeAll(async () => {
    rookery = await startRookery({ args: ["--playground"] });
    visit = await openVisit();
    album = await openAlbum();
    await signIn(visit.page, rookery);
    const { id: pluginId } = await rookery.addPlugin(await journalBundle());
    const { accountId } = await rookery.instance("hello");
    await rookery.addInstance({ id: "journal", pluginId, accountId, config: {} });
    await rookery.until("journal", ({ status }) => status === "running");
  });

  afterAll(async () => {
    await visit?.[Symbol.asyncDispose]();
    await rookery?.dispose();
  });

  showPageOnFailure(() => visit);

  const log = () => visit.page.getByRole("log", { name: "Logs" });
  const press = (name: string | RegExp) => visit.page.getByRole("button", { name }).click();
  const open = (tab: string) => visit.page.goto(`${rookery.url}/instances/journal/${tab}`);
  /** What pressing a button gives the browser to save. */
  async function saved(name: string): Promise<{ name: string; text: string }> {
    const coming = visit.page.waitForEvent("download");
    await press(name);
    const file = await coming;
    return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
  }
  const table = (name: string) => visit.page.getByRole("table", { name });
  const editor = () => visit.page.getByRole("textbox", { name: "SQL" });

  const write = async (text: string) => {
    await editor().press("Control+A");
    await visit.page.keyboard.press("Delete");
    await visit.page.keyboard.type(text);
  };

  it("the log goes on by itself, stands still while it is paused, and goes on again", async () => {
    const { page } = visit;
    await open("logs");
    const last = () => log().locator("time").last().getAttribute("datetime");
    await log().getByText("A beat.").first().waitFor();
    await press("Pause");
    const held = await last();
    await page.getByRole("button", { name: /^Resume \(\d+ new\)$/ }).waitFor();
    expect(await last()).toBe(held);
    await press(/^Resume/);
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await expect.poll(last).not.toBe(held);
  });

  it("a link leads to one line of it, and marks it, whatever came since", async () => {
    const { page } = visit;
    await open("logs");
    const line = log().locator("[data-level=warn]").filter({ hasText: "nearly full" });
    await line.getByRole("link").click();
    await log().locator("[aria-current]").getByText("The journal is nearly full.").waitFor();
    const link = page.url();
    expect(link).toMatch(/\?entry=\d+$/);
    await open("config");
    await page.goto(`${link}&level=error`);
    await page.getByText("The line that you were sent to is not among these.").waitFor();
    await press("Show all lines");
    const marked = log().locator("[aria-current]");
    await marked.waitFor();
    expect(await marked.innerText()).toContain("The journal is nearly full.");
    await page.goto(`${rookery.url}/instances/journal/logs?entry=1`);
    await page.getByText(/^The line that you were sent to is not kept any more/).waitFor();
  });

  it("what is filtered is in its address, and is what is downloaded", async () => {
    const { page } = visit;
    await open("logs");
    await page.getByRole("combobox", { name: "Level" }).selectOption("Warnings and errors");
    await page.getByRole("textbox", { name: "Search the log" }).fill("NEARLY");
    await page.waitForURL(/level=warn&words=NEARLY$/);
    await page.reload();
    await log().getByText("The journal is nearly full.").waitFor();
    await page.getByText(/^1 of \d+ lines$/).waitFor();
    expect(await barriersInEveryLook(page, album, null)).toEqual([]);
    const { name, text } = await saved("Download");
    expect(name).toBe("journal-log.txt");
    expect(text).toMatch(/^\S+Z warn {2}The journal is nearly full\.\n$/);
  });

  it("10,000 lines are read, scrolled and filtered about as smoothly as 500", async () => {
    const { page } = visit;
    visit.expectComplaint(/ERR_FAILED.*\/events/);
    const few = await handle(500);
    const many = await handle(10_000);
    await page.unrouteAll();
    expect(many.inDocument).toBeLessThan(150);
    // A page that draws all of its lines works twenty times as long.
    expect(many.worked).toBeLessThan(few.worked * 4);
  });

  /**
   * Scrolls through a log of that many lines and searches it while others come.
   *
   * @returns how long the page's thread worked at that, in seconds; it does not while other programs have the processor
   */
  async function handle(lines: number): Promise<{ worked: number; inDocument: number }> {
    const { page } = visit;
    const devTools = await page.context().newCDPSession(page);
    await devTools.send("Performance.enable", { timeDomain: "threadTicks" });
    const worked = async () => {
      const { metrics } = await devTools.send("Performance.getMetrics");
      return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
    };
    const api = "**/api/v1/instances/journal/logs";
    const shown = lines.toLocaleString("en");
    let newest = lines;
    // The page that is open would ask, too, and be given the lines that are meant for the next one.
    await page.goto("about:blank");
    await page.unrouteAll();
    // Without the stream the page asks every two seconds; these lines are none that the host could tell of.
    await page.route("**/api/v1/events*", (route) => route.abort());
    await page.route(api, async (route) => {
      // As the host would, but for the first time.
      const count = newest === lines ? lines : 500;
      await route.fulfill({
        json: Array.from({ length: count }, (_, index) => lineOf(newest - count + index + 1)),
      });
      newest += 10;
    });
    await open("logs");
    await page.getByText(`${shown} lines`).waitFor();
    await log().getByText(`line ${lines} `).first().waitFor();
    const opened = await worked();
    for (let step = 0; step < 30; step += 1) {
      await log().evaluate((box) => box.scrollBy(0, -300));
      await page.evaluate(
        "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))",
      );
    }
    const scrolled = await worked();
    await page.getByRole("textbox", { name: "Search the log" }).pressSequentially("line 77");
    await page.getByText(/^[\d,]+ of [\d,]+ lines$/).waitFor();
    const filtered = await worked();
    console.log(
      `${shown} lines: ${(scrolled - opened).toFixed(2)} s of work for scrolling, ${(filtered - scrolled).toFixed(2)} s for filtering`,
    );
    await devTools.detach();
    return { worked: filtered - opened, inDocument: await log().locator("time").count() };
  }

  it("the database shows its tables, and their rows page by page", async () => {
    const { page } = visit;
    await open("database");
    const tables = page.getByRole("navigation", { name: "Tables" });
    await tables.getByRole("link", { name: "entry 1,234" }).waitFor();
    const rows = table("entry").getByRole("row");
    await rows.nth(100).waitFor();
    expect(await rows.nth(1).innerText()).toBe('1\t!lobby:example.org\tEntry 1, "quoted"\t4.5\tNULL');
    expect(await rows.nth(2).innerText()).toBe("2\t!lobby:example.org\tNULL\t4.5\t3 bytes");
    await press("Next");
    await page.getByText("Rows 101 to 200").waitFor();
    await rows.getByText('Entry 200, "quoted"').waitFor();
    await press("Previous");
    await page.getByText("Rows 1 to 100").waitFor();
    expect(await barriersInEveryLook(page, album, "instance-database")).toEqual([]);
    await tables.getByRole("link", { name: "tag 0" }).click();
    await page.getByText("No rows.").waitFor();
  });

  it("a statement is completed, run by keyboard, and answered with a table", async () => {
    const { page } = visit;
    await page.getByRole("link", { name: "SQL…" }).click();
    // Over what is there: the browser puts it in itself.
    await editor().press("Control+A");
    await page.keyboard.type("SELECT id, text FROM ent");
    await page.getByRole("option", { name: "entry", exact: true }).click();
    await page.keyboard.type(" WHERE entry.te");
    await page.getByRole("option", { name: "text", exact: true }).click();
    await page.keyboard.type(" LIKE '%77%' ORDER BY id");
    await page.keyboard.press("Control+Enter");
    const rows = table("Result").getByRole("row");
    await rows.getByText('Entry 77, "quoted"').waitFor();
    expect(await rows.count()).toBe(22);
    expect(await page.getByRole("main").locator("[aria-current]").allInnerTexts()).toEqual([
      "Database",
      "SQL…",
    ]);
    expect(await barriersInEveryLook(page, album, "instance-database-sql")).toEqual([]);
  });

  it("what would change something, and what is no SQL, is refused in words", async () => {
    const { page } = visit;
    visit.expectComplaint(/status of 4\d\d .*\/database\/query$/);
    await write("DELETE FROM entry");
    await press("Run");
    await page.getByRole("alert").getByText("The statement writes, and was to read only.").waitFor();
    await write("SELEC 1");
    await press("Run");
    await page
      .getByRole("alert")
      .getByText(/syntax error/)
      .waitFor();
    expect(await rookery.api("GET", "/instances/journal/database")).toMatchObject({
      tables: [{ name: "entry", rows: 1234 }, {}],
    });
  });

  it("a result is saved as CSV with all its rows, as the command line has it", async () => {
    const { page } = visit;
    await open("database?table=entry");
    await table("entry").waitFor();
    const { name, text } = await saved("Export as CSV");
    expect(name).toBe("journal-entry.csv");
    const lines = text.split("\r\n");
    expect(lines).toHaveLength(1236);
    expect(lines.slice(0, 3)).toEqual([
      "id,room,text,stars,picture",
      '1,!lobby:example.org,"Entry 1, ""quoted""",4.5,',
      "2,!lobby:example.org,,4.5,AQID",
    ]);
    await page.getByText("journal-entry.csv has all rows.").waitFor();
  });

  it("a file that would be too large is cut, and that is said", async () => {
    const { page } = visit;
    await open("database?view=sql");
    await write(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 250000) SELECT i FROM n",
    );
    await press("Run");
    await page.getByText("Rows 1 to 100").waitFor();
    const { text } = await saved("Export as CSV");
    const lines = text.trimEnd().split("\r\n");
    expect(lines).toHaveLength(200_001);
    expect(lines.filter((line) => line === "i")).toHaveLength(1);
    await page.getByText(/^journal\.csv is cut after .*: there are more rows/).waitFor();
  });

  it("an instance without a database says what would be here", async () => {
    await visit.page.goto(`${rookery.url}/instances/hello/database`);
    await visit.page.getByRole("heading", { name: "No database yet" }).waitFor();
    expect(await barriersInEveryLook(visit.page, album, null)).toEqual([]);
  });

  it("with nothing in the browser's console", () => {
    expect(visit.complaints).toEqual([]);
  });
});

const lineOf = (id: number): LogLine => ({
  ...{ id, at: "2026-11-21T00:00:00.000Z", level: id % 50 === 0 ? "warn" : "info" },
  message: `line ${id} `.repeat(1 + (id % 12)),
  ...(id % 100 === 0 && { stack: "Error: a\n    at b (src/index.ts:1:2)" }),
});
