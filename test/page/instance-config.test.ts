import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { barriersInEveryLook } from "./every-look.ts";
import { journalBundle } from "./journal.ts";
import { type Album, openAlbum } from "./looks.ts";
import { openVisit, showPageOnFailure, signIn, stepByStep, type Visit } from "./visit.ts";

describeWith([isChromiumAvailable()], "the config of an instance, as a form and as YAML", () => {
  let rookery: Rookery;
  let visit: Visit;
  let album: Album;
  /** Of the editor, as they were loaded. */
  const editors: string[] = [];

  beforeAll(async () => {
    rookery = await startRookery({ args: ["--playground"] });
    visit = await openVisit();
    album = await openAlbum();
    await signIn(visit.page, rookery);
    const { id: pluginId } = await rookery.addPlugin(await journalBundle());
    const { accountId } = await rookery.instance("hello");
    const config = { greeting: "Hello", days: 2, tags: ["a", "b"], token: "tok-4711" };
    await rookery.addInstance({ id: "journal", pluginId, accountId, config });
    visit.page.on("request", (request) => {
      if (/CodeEditor/.test(request.url())) editors.push(request.url());
    });
  });

  afterAll(async () => {
    await visit?.[Symbol.asyncDispose]();
    await rookery?.dispose();
  });

  showPageOnFailure(() => visit);
  stepByStep();

  const editor = () => visit.page.getByRole("textbox", { name: "Config as YAML" });
  /** As a person would: over what is there, which the editor does itself. */
  const write = async (text: string) => {
    await editor().press("Control+A");
    await visit.page.keyboard.press("Delete");
    await visit.page.keyboard.insertText(text);
  };
  const text = async () => (await editor().innerText()).replace(/\n\n/g, "\n").trim();
  const problems = () => visit.page.getByRole("list", { name: "Problems" });
  const changes = () => visit.page.getByRole("list", { name: "What changes" }).getByRole("listitem");
  const choose = (way: string) => visit.page.getByRole("radiogroup").getByText(way, { exact: true }).click();
  const press = (name: string) => visit.page.getByRole("button", { name, exact: true }).click();
  const saved = () => rookery.instance("journal");

  it("loads the editor only when YAML is chosen, and shows no secret in it", async () => {
    const { page } = visit;
    await page.goto(`${rookery.url}/instances/journal/config`);
    await page.getByRole("textbox", { name: "Greeting" }).waitFor();
    expect(editors).toEqual([]);
    await choose("YAML");
    await editor().waitFor();
    expect(editors).not.toEqual([]);
    expect(await text()).toBe("greeting: Hello\ndays: 2\nmode: short\ntags:\n  - a\n  - b");
    await page.getByRole("group", { name: "API token" }).getByText(/^Set /).waitFor();
    await page.getByText("Nothing changed yet.").waitFor();
    expect(await page.content()).not.toContain("tok-4711");
  });

  it("marks what is wrong at its line, in words, and does not save it", async () => {
    const { page } = visit;
    await write("greeting: H\ndays: 31\nmood: long\ntoken: mine\n");
    await problems().getByText("Line 1: At least 2 characters.").waitFor();
    expect(await problems().getByRole("listitem").allInnerTexts()).toEqual([
      "Line 1: At least 2 characters.",
      "Line 2: At most 30.",
      "Line 3: The plugin has no setting “mood”.",
      "Line 4: “token” is a secret: set it below, not here.",
    ]);
    await expect.poll(() => page.locator(".cm-lint-marker").count()).toBe(4);
    await expect
      .poll(() => page.locator(".cm-lintRange-error").allInnerTexts())
      .toEqual(["H", "31", "token"]);
    expect(await barriersInEveryLook(page, album, "instance-config-yaml")).toEqual([]);

    const before = await saved();
    await press("Save and restart");
    expect((await saved()).config).toEqual(before.config);
    // The cursor is at the first problem.
    await page.locator(".cm-content:focus").waitFor();
    await page.keyboard.type("ell");
    await page.keyboard.press("Delete");
    await expect.poll(text).toMatch(/^greeting: ell\n/);
  });

  it("says where the text is no YAML at all", async () => {
    await write("greeting: [\n");
    await problems()
      .getByText(/^Line \d: Flow sequence/)
      .waitFor();
    await choose("Form");
    await visit.page.getByText("Correct what is marked, or undo the changes, then switch.").waitFor();
    await press("Undo the changes");
    await visit.page.getByText("Nothing changed yet.").waitFor();
    await expect.poll(text).toMatch(/^greeting: Hello\n/);
  });

  it("proposes the settings that are not there, and the values that one may have", async () => {
    const { page } = visit;
    await write("greeting: Hello\n");
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Control+Space");
    const proposed = page.locator(".cm-completionLabel");
    await proposed.first().waitFor();
    expect(await proposed.allInnerTexts()).toEqual(["days", "mode", "tags"]);
    await page.keyboard.type("mo");
    await proposed.nth(1).waitFor({ state: "detached" });
    await page.getByRole("option", { name: /^mode/ }).click();
    await page.keyboard.press("Control+Space");
    await page.getByRole("option", { name: /^long/ }).click();
    await expect.poll(text).toBe("greeting: Hello\nmode: long");
  });

  it("says in words what changes before it is saved, and saves it by keyboard", async () => {
    const { page } = visit;
    await write("greeting: Good day\nmode: long\ntags: [b, c]\n");
    await page.getByText("Changed: Greeting, Days, Mode, Tags.").waitFor();
    expect(await changes().allTextContents()).toEqual([
      "Greeting: Hello → Good day",
      "Days: 2 → 1 (as the plugin says)",
      "Mode: short → long",
      "Tags: added c, removed a",
    ]);
    expect(await barriersInEveryLook(page, album, null)).toEqual([]);
    await page.keyboard.press("Control+Enter");
    await page.getByText("Saved. journal restarts with the new config.").waitFor();
    expect(await saved()).toMatchObject({
      config: { greeting: "Good day", days: 1, mode: "long", tags: ["b", "c"] },
      secrets: { "/token": {} },
    });
    await page.getByText("Nothing changed yet.").waitFor();
  });

  it("takes what was edited along to the form and back, a secret without showing it", async () => {
    const { page } = visit;
    await press("Replace API token");
    await page.getByRole("textbox", { name: "API token" }).fill("tok-5811");
    await write("greeting: Servus\ndays: 3\nmode: long\n");
    await page.getByText("Changed: Greeting, Days, Tags, API token.").waitFor();
    await choose("Form");
    expect(await page.getByRole("textbox", { name: "Greeting" }).inputValue()).toBe("Servus");
    expect(await page.getByRole("textbox", { name: "API token" }).inputValue()).toBe("tok-5811");
    await page.getByRole("textbox", { name: "Days" }).fill("4");
    await choose("YAML");
    await expect.poll(text).toBe("greeting: Servus\ndays: 4\nmode: long");
    await page.getByText("API token: gets a new value").waitFor();
    const before = await saved();
    await press("Save and restart");
    await page.getByText("Nothing changed yet.").waitFor();
    const after = await saved();
    expect(after.config).toEqual({ greeting: "Servus", days: 4, mode: "long" });
    expect(after.secrets["/token"]?.setAt).not.toBe(before.secrets["/token"]?.setAt);
  });

  it("has each way of editing in its address, and a difference in the form, too", async () => {
    const { page } = visit;
    expect(page.url()).toMatch(/\/config\?as=yaml$/);
    await page.reload();
    await editor().waitFor();
    await page
      .getByRole("navigation", { name: "journal" })
      .locator("[aria-current=page]")
      .getByText("Config")
      .waitFor();
    await choose("Form");
    await page.getByRole("textbox", { name: "Greeting" }).fill("Hi");
    await expect.poll(() => changes().allTextContents()).toEqual(["Greeting: Servus → Hi"]);
    await page.waitForURL(/\/config$/);
  });

  it("with nothing in the browser's console, the policy for styles among it", () => {
    expect(visit.complaints).toEqual([]);
  });
});
