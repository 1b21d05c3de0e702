import { readFile } from "node:fs/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Database } from "@rookery/host/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { dragOver } from "./drag.ts";
import { barriersInEveryLook } from "./every-look.ts";
import { journalBundle } from "./journal.ts";
import { type Album, openAlbum } from "./looks.ts";
import { openVisit, showPageOnFailure, signIn, stepByStep, type Visit } from "./visit.ts";

const PASSPHRASE = "a long pässphrase";

describeWith([isChromiumAvailable()], "copies of an instance, on the page", () => {
  let rookery: Rookery;
  let visit: Visit;
  let album: Album;
  /** What was exported. */
  let file: { name: string; bytes: Buffer };

  beforeAll(async () => {
    rookery = await startRookery({ args: ["--playground"] });
    visit = await openVisit();
    album = await openAlbum();
    await signIn(visit.page, rookery);
    const { id: pluginId } = await rookery.addPlugin(await journalBundle());
    const { accountId } = await rookery.instance("hello");
    const config = { greeting: "Servus", days: 2, token: "tok-4711" };
    await rookery.addInstance({ id: "journal", pluginId, accountId, config });
    await rookery.until("journal", ({ status }) => status === "running");
  });

  afterAll(async () => {
    await visit?.[Symbol.asyncDispose]();
    await rookery?.dispose();
  });

  showPageOnFailure(() => visit);
  stepByStep();

  const open = (path: string) => visit.page.goto(rookery.url + path);
  const press = (name: string) => visit.page.getByRole("button", { name, exact: true }).click();
  const said = (text: string | RegExp) => visit.page.getByText(text).waitFor();
  const dialog = () => visit.page.getByRole("dialog");
  const send = (name: string) => dialog().getByRole("button", { name, exact: true });
  const field = (name: string) => dialog().getByRole("textbox", { name, exact: true });
  const radio = (name: string) => dialog().getByRole("radio", { name });
  const heading = (name: string) => visit.page.getByRole("heading", { name, level: 1 }).waitFor();
  const rowsOf = async (id: string) => {
    const { tables } = await rookery.api<Database>("GET", `/instances/${id}/database`);
    return tables.find(({ name }) => name === "entry")?.rows;
  };
  /** What of a file the browser is told when it is chosen. */
  const choose = async (name: string, buffer: Buffer) => {
    const choosing = visit.page.waitForEvent("filechooser");
    await press("Import…");
    await (await choosing).setFiles({ name, mimeType: "application/gzip", buffer });
  };
  const drop = async (name: string, bytes: Buffer) => {
    const letGo = await dragOver(visit.page, { name, bytes }, "Drop an exported instance");
    await letGo();
  };

  it("duplicates it under a name that is judged as it is typed, with its data where that is wanted", async () => {
    const { page } = visit;
    await open("/instances/journal/settings");
    await press("Duplicate…");
    expect(await field("Name").inputValue()).toBe("journal-2");
    await field("Name").fill("hello");
    await dialog().getByText("An instance of this name exists already.").waitFor();
    expect(await send("Duplicate").isDisabled()).toBe(true);
    await field("Name").fill("My diary");
    await dialog().getByText("Small letters, digits and dashes").waitFor();
    await field("Name").fill("diary");
    await dialog().getByText("In the same account, both answer what is said.").waitFor();
    await dialog().getByRole("checkbox", { name: "Take its data along" }).check();
    expect(await barriersInEveryLook(page, album, "instance-duplicate")).toEqual([]);
    await send("Duplicate").click();
    await heading("diary");
    await said("diary is a copy of journal. It is stopped.");
    expect(await rookery.instance("diary")).toMatchObject({
      ...{ enabled: false, config: { greeting: "Servus", days: 2 }, secrets: { "/token": {} } },
    });
    expect(await rowsOf("diary")).toBe(1234);
  });

  it("exports it into a file, its secrets sealed with a passphrase that no slip got into", async () => {
    const { page } = visit;
    await open("/instances/journal/settings");
    await press("Export…");
    await dialog().getByText("Who has the file can read them.").waitFor();
    await radio("Take them along").check();
    await field("Passphrase").fill("too short");
    await dialog().getByText("3 more characters are needed.").waitFor();
    await field("Passphrase").fill(PASSPHRASE);
    await field("Passphrase, once more").fill("a long passphrase");
    await dialog().getByText("This is another one.").waitFor();
    expect(await send("Export").isDisabled()).toBe(true);
    expect(await barriersInEveryLook(page, album, "instance-export")).toEqual([]);
    await field("Passphrase, once more").fill(PASSPHRASE);
    const coming = page.waitForEvent("download");
    await send("Export").click();
    const download = await coming;
    file = { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
    expect(file.name).toMatch(/^journal-\d{4}-\d\d-\d\d\.rookery\.tar\.gz$/);
    await said(`journal is in ${file.name} (`);
    const content = gunzipSync(file.bytes);
    expect(content.includes('"sealed"')).toBe(true);
    expect(content.includes("tok-4711")).toBe(false);
  });

  it("says of the file what it is, and of a wrong passphrase that it is wrong; the right one makes it run again", async () => {
    await open("/instances");
    await choose(file.name, file.bytes);
    await dialog().getByText("journal, which wrote as @").waitFor();
    await dialog().getByText("org.example.journal 1.0.0").waitFor();
    expect(await field("Name").inputValue()).toBe("journal-2");
    expect(await send("Import").isDisabled()).toBe(true);
    await field("Passphrase").fill("another passphrase");
    await dialog().getByRole("checkbox", { name: "Start it at once" }).check();
    expect(await barriersInEveryLook(visit.page, album, "instance-import")).toEqual([]);
    visit.expectComplaint(/status of 422 .*\/instances\/import/);
    await send("Import").click();
    await dialog().getByText("Its secrets do not open with this passphrase.").waitFor();
    await field("Passphrase").fill(PASSPHRASE);
    await field("Passphrase").press("Enter");
    await heading("journal-2");
    await said("journal-2 is imported, and starts.");
    await rookery.until("journal-2", ({ status }) => status === "running");
    expect(await rookery.instance("journal-2")).toMatchObject({ secrets: { "/token": {} } });
    expect(await rowsOf("journal-2")).toBe(1234);
  });

  it("takes a file that is dropped, without its secrets where one has no passphrase", async () => {
    await open("/instances");
    await drop(file.name, file.bytes);
    await radio("Import it without them").check();
    await send("Import").click();
    await heading("journal-3");
    await said("journal-3 is imported. Set its secrets in Config, then start it.");
    expect(await rookery.instance("journal-3")).toMatchObject({ enabled: false, secrets: {} });
  });

  it("says in words what it cannot import", async () => {
    await open("/instances");
    await drop("holiday.jpg", Buffer.from("a picture"));
    await said("holiday.jpg is no file that Rookery exported.");
    await choose("weather.mbp", Buffer.from("a bundle"));
    await said("weather.mbp is a plugin's bundle, which belongs on the page Plugins.");

    const other = gunzipSync(file.bytes)
      .toString("latin1")
      .replace("org.example.journal", "org.example.journey");
    await drop("other.rookery.tar.gz", gzipSync(Buffer.from(other, "latin1")));
    await dialog().getByText("org.example.journey 1.0.0 is not installed").waitFor();
    expect(await barriersInEveryLook(visit.page, album, null)).toEqual([]);
    await dialog().getByRole("link", { name: "Go to Plugins" }).click();
    await heading("Plugins");

    await open("/instances");
    await choose("cut.rookery.tar.gz", file.bytes.subarray(0, file.bytes.length - 500));
    await field("Passphrase").fill(PASSPHRASE);
    await send("Import").click();
    await dialog().getByText("This is no exported instance").waitFor();
  });

  it("shows how far a file is that takes long, and ends it when one cancels", async () => {
    const { page } = visit;
    const before = await rookery.api<unknown[]>("GET", "/instances");
    // It is held before it leaves the browser: nothing of it is sent.
    const path = "**/api/v1/instances/import?*";
    await page.route(path, () => undefined);
    await open("/instances");
    await choose(file.name, file.bytes);
    await field("Passphrase").fill(PASSPHRASE);
    const ended = page.waitForEvent("requestfailed");
    await send("Import").click();
    await dialog().getByText("The file is being sent. Leave this page open.").waitFor();
    await dialog()
      .getByText(/^\d.* of .* sent$/)
      .waitFor();
    await send("Cancel").click();
    expect((await ended).url()).toContain("/instances/import?");
    await page.unroute(path);
    expect(await rookery.api<unknown[]>("GET", "/instances")).toHaveLength(before.length);
  });

  it("leaves secrets to admins, and says so", async () => {
    const { page } = visit;
    await page.route("**/api/v1/session", async (route) => {
      const answer = await route.fetch();
      const { user, ...session } = await answer.json();
      await route.fulfill({ response: answer, json: { ...session, user: { ...user, role: "deployer" } } });
    });
    await open("/instances/journal/settings");
    await press("Export…");
    await dialog().getByText("Left out. An admin can take them along.").waitFor();
    expect(await dialog().getByRole("radio").count()).toBe(0);
    await open("/instances");
    await choose(file.name, file.bytes);
    await dialog().getByText("In the file, and for an admin to import.").waitFor();
    await send("Import").click();
    await said("journal-4 is imported. Set its secrets in Config, then start it.");
  });

  it("with nothing in the browser's console but what was refused", () => {
    expect(visit.complaints).toEqual([]);
  });
});
