import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { barriersInEveryLook } from "./every-look.ts";
import { type Album, LOOKS, look, openAlbum } from "./looks.ts";
import { openVisit, showPageOnFailure, signIn, stepByStep, type Visit } from "./visit.ts";

describeWith([isChromiumAvailable()], "somebody who searches instead of going there", () => {
  let rookery: Rookery;
  let visit: Visit;
  let album: Album;
  /** Of the scripts that came so far. */
  const loaded: string[] = [];

  beforeAll(async () => {
    rookery = await startRookery({ args: ["--playground"] });
    visit = await openVisit();
    album = await openAlbum();
    visit.page.on("response", (response) => loaded.push(new URL(response.url()).pathname));
    await signIn(visit.page, rookery);
  });

  afterAll(async () => {
    await visit?.[Symbol.asyncDispose]();
    await rookery?.dispose();
  });

  showPageOnFailure(() => visit);
  stepByStep();

  const dialog = () => visit.page.getByRole("dialog", { name: "Search" });
  const field = () => dialog().getByRole("combobox");
  const chosen = () => dialog().getByRole("option", { selected: true });
  const heading = (name: string | RegExp) => visit.page.getByRole("heading", { name, level: 1 }).waitFor();

  it("opens it by Ctrl K, types a part of a name, and is there", async () => {
    const { page } = visit;
    const isPalette = (path: string) => path.includes("/Palette-");
    expect(loaded.filter(isPalette)).toEqual([]);
    await page.keyboard.press("Control+k");
    await field().waitFor();
    expect(loaded.filter(isPalette)).not.toEqual([]);
    await dialog().locator("[role=combobox]:focus").waitFor();
    await page.keyboard.type("instagr");
    await chosen().filter({ hasText: "instagram" }).waitFor();
    expect(await barriersInEveryLook(page, album, "search")).toEqual([]);
    await look(page, LOOKS[0]);
    await page.keyboard.press("Enter");
    await heading("instagram");
    await dialog().waitFor({ state: "detached" });
    // As after any way to another page, the focus is at its heading.
    await page.locator("h1:focus", { hasText: /^instagram$/ }).waitFor();
  });

  it("goes through what was found by the arrow keys, round and round, and is told what is chosen", async () => {
    const { page } = visit;
    await page.keyboard.press("Control+k");
    await field().fill("of hello");
    await dialog().getByRole("status").getByText("3 found").waitFor();
    const options = await dialog().getByRole("option").allInnerTexts();
    expect(options).toHaveLength(3);
    const active = async () => {
      const id = await field().getAttribute("aria-activedescendant");
      return page.locator(`[id="${id}"]`).innerText();
    };
    await expect.poll(active).toBe(options[0]);
    await page.keyboard.press("ArrowDown");
    await expect.poll(active).toBe(options[1]);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await expect.poll(active).toBe(options[2]);
    await field().fill("nothing is called so");
    await dialog().getByText("Nothing matches. Try another part of its name.").waitFor();
    await page.keyboard.press("Enter");
    await field().waitFor();
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
  });

  it.each([
    ["hello plugin", /^Hello$/],
    ["@hello account", /^@hello:/],
    ["add an acc", /^Add an account$/],
    ["audit", /^Settings$/],
  ])("finds %s by its button", async (typed, title) => {
    const { page } = visit;
    await page.goto(rookery.url);
    await page.getByRole("button", { name: "Search" }).click();
    await field().fill(typed);
    await chosen().click();
    await heading(title);
  });

  it("finds it on a phone under More", async () => {
    const { page } = visit;
    await page.goto(rookery.url);
    await look(page, LOOKS[2]);
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("button", { name: "Search" }).click();
    await field().fill("settings");
    await page.keyboard.press("Enter");
    await heading("Settings");
  });

  it("leaves in front what somebody is about to confirm", async () => {
    const { page } = visit;
    await page.goto(`${rookery.url}/instances/hello/settings`);
    await look(page, LOOKS[0]);
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("textbox").waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  it("with nothing in the browser's console", () => {
    expect(visit.complaints).toEqual([]);
  });
});
