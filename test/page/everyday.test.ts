import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Playground } from "@rookery/host/api";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { bundleOf } from "../hostile/plugins.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { chatOn, pictureSize } from "./chat.ts";
import { dragOver } from "./drag.ts";
import { barriersInEveryLook } from "./every-look.ts";
import { type Album, openAlbum } from "./looks.ts";
import { weatherBundle } from "./plugins.ts";
import { openVisit, showPageOnFailure, signIn, type Visit, WIDTHS } from "./visit.ts";

const FIXTURES = join(import.meta.dirname, "../instagram/fixtures");

/** Holds the media that its config names. */
const shelfBundle = () =>
  bundleOf(
    "shelf",
    `import { definePlugin, Type } from "@rookery/plugin-sdk";
export default definePlugin({
  config: Type.Object({ media: Type.Array(Type.String()) }),
  async setup(bot) {
    for (const mxc of bot.config.media) await bot.files.download(mxc);
  },
});
`,
  );

describeWith([isChromiumAvailable()], "on an everyday visit, the page", () => {
  let rookery: Rookery;
  let visit: Visit;
  let album: Album;

  beforeAll(async () => {
    rookery = await startRookery({ args: ["--playground"] });
    visit = await openVisit();
    album = await openAlbum();
    await signIn(visit.page, rookery);
  });

  afterAll(async () => {
    await visit?.[Symbol.asyncDispose]();
    await rookery?.dispose();
  });

  showPageOnFailure(() => visit);
  beforeEach(() => visit.page.setViewportSize(WIDTHS[0]));

  const weather = async () => ({ name: "weather.mbp", bytes: await weatherBundle() });
  const open = (path: string) => visit.page.goto(rookery.url + path);
  const said = (words: string | RegExp) => visit.page.getByText(words).first().waitFor();
  const playground = async () =>
    (await rookery.api<Playground>("GET", "/playground")) as NonNullable<Playground>;
  const press = (name: string | RegExp) => visit.page.getByRole("button", { name }).click();
  const heading = (name: string) => visit.page.getByRole("heading", { name, level: 1 }).waitFor();

  it("takes a bundle wherever it is dropped, says how far it is, and leads to its plugin", async () => {
    const { page } = visit;
    const bundle = await weather();
    await heading("Overview");
    const dropped = await dragOver(page, bundle, "Drop the bundle to install it");
    await page.route("**/api/v1/plugins", async (route) => {
      if (route.request().method() === "POST") await said("Sending weather.mbp to the host");
      await route.continue();
    });
    await dropped();
    await said("Weather 1.0.0 is installed.");
    await heading("Weather");
    await page.unrouteAll();
    await said("2 permissions wait for your decision.");
  });

  it("sends files that are dropped on a chat into it, and installs a bundle also from there", async () => {
    const { page } = visit;
    await open("/playground");
    const chat = chatOn(page);
    await chat.field.waitFor();
    const file = { name: "portrait.jpg", bytes: await readFile(join(FIXTURES, "portrait.jpg")) };
    const picture = await dragOver(page, file, "Drop to send");
    await said("A bundle (.mbp) is installed as a plugin.");
    await picture();
    expect(await pictureSize(chat.message("portrait.jpg").getByRole("img"))).toEqual([1080, 1350]);
    await (await dragOver(page, await weather(), "Drop to send"))();
    await heading("Weather");
  });

  it("leads nobody away from what they are editing, and says what is no bundle", async () => {
    const { page } = visit;
    await open("/instances/hello/config");
    const greeting = page.getByRole("textbox", { name: "Greeting" });
    await greeting.fill("Ahoy");
    await (await dragOver(page, await weather(), "Drop the bundle to install it"))();
    await press("Show Weather");
    await press("Leave without saving");
    await heading("Weather");
    await page.goBack();
    const holiday = { name: "holiday.jpg", bytes: Buffer.from("a picture") };
    await (await dragOver(page, holiday, "Drop the bundle to install it"))();
    await page.getByRole("alert").getByText("holiday.jpg is not a bundle").waitFor();
    await page.getByRole("alert").getByRole("button", { name: "Close" }).click();
    await page.getByRole("alert").waitFor({ state: "detached" });
  });

  it("shows what files an instance holds, also what is in them, and deletes one", async () => {
    const { page } = visit;
    const media = [
      await upload(await readFile(join(FIXTURES, "portrait.jpg"))),
      await upload(Buffer.from(`<b>markup</b><script>window.ran = "file"</script>`)),
    ];
    await rookery.addPlugin(await shelfBundle());
    const { accountId } = await rookery.instance("hello");
    await rookery.addInstance({
      ...{ id: "shelf", pluginId: "org.example.shelf", accountId, config: { media } },
    });
    await rookery.until("shelf", ({ status }) => status === "running");
    await open("/instances/shelf/files");
    await said(/^2 files, [\d.]+ kB of at most 1\.1 GB$/);
    expect(await barriersInEveryLook(page, album, "instance-files")).toEqual([]);

    const row = (what: string) => page.getByRole("row").filter({ hasText: what });
    const dialog = page.getByRole("dialog");
    await row("Picture, image/jpeg, 1080 × 1350").getByRole("button", { name: "Show" }).click();
    expect(await pictureSize(dialog.getByRole("img", { name: "Picture" }))).toEqual([1080, 1350]);
    await page.keyboard.press("Escape");
    await row("Text").getByRole("button", { name: "Show" }).click();
    await dialog.getByText(`<b>markup</b><script>window.ran = "file"</script>`).waitFor();
    expect(await page.evaluate("window.ran")).toBeUndefined();
    await page.keyboard.press("Escape");

    const saving = page.waitForEvent("download");
    await row("Text").getByRole("link", { name: "Download" }).click();
    expect((await saving).suggestedFilename()).toMatch(/^shelf-[0-9a-f]{8}\.\w+$/);

    await row("Text").getByRole("button", { name: "Delete" }).click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await said(/^File [0-9a-f]{8} is deleted\.$/);
    await row("Text").waitFor({ state: "detached" });
    await rookery.api("POST", "/instances/shelf/stop");
    await page.getByRole("heading", { name: "It does not run, so it holds no files" }).waitFor();
    await open("/instances/hello/files");
    await page.getByRole("heading", { name: "It holds no file" }).waitFor();
  });

  it("replies in a thread beside the room, and sums it up below its first message", async () => {
    const { page } = visit;
    await open("/playground");
    const chat = chatOn(page);
    const root = await chat.say("Which rook is that?");
    await chat.act(root, "Reply in a thread");
    const { panel, field, say } = threadOn(page);
    await expect
      .poll(() => field.evaluate((element) => element === element.ownerDocument.activeElement))
      .toBe(true);
    await say("The one on the left");
    await root.getByRole("button", { name: "1 reply You: The one on the left" }).waitFor();
    expect(await chat.log.getByText("The one on the left", { exact: true }).count()).toBe(0);

    // A bot stays in the thread in which it is asked.
    await say("!hello");
    await panel.getByRole("article", { name: /^hello, / }).waitFor();
    await root.getByRole("button", { name: "3 replies hello: Hello, you!" }).waitFor();
    const choosing = page.waitForEvent("filechooser");
    await panel.getByRole("button", { name: "Attach files" }).click();
    await (await choosing).setFiles(join(FIXTURES, "portrait.jpg"));
    await pictureSize(panel.getByRole("article", { name: "portrait.jpg" }).getByRole("img"));
    await root.getByRole("button", { name: "4 replies You: portrait.jpg" }).waitFor();

    await field.press("ArrowUp");
    await field.press("Control+A");
    await field.pressSequentially("!hello again");
    await field.press("Enter");
    await panel.getByText("edited").waitFor();
    expect(await barriersInEveryLook(page, album, "playground-thread")).toEqual([]);

    // What is open in it closes first.
    const answer = panel.getByRole("article", { name: /^hello, / });
    await answer.locator("time").hover();
    await answer.getByRole("button", { name: "View event and trace" }).click();
    const source = page.getByRole("dialog", { name: "Event" });
    await source.getByText('"rel_type": "m.thread"').waitFor();
    await page.keyboard.press("Escape");
    await source.waitFor({ state: "hidden" });
    await answer.locator("time").hover();
    await answer.getByRole("button", { name: "React", exact: true }).click();
    await page.getByRole("button", { name: "React with 👍" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "React with 👍" }).waitFor({ state: "hidden" });
    await field.waitFor();

    await field.press("Escape");
    await panel.waitFor({ state: "detached" });
    const focused = () => page.evaluate<string>("document.activeElement.getAttribute('aria-label')");
    await expect.poll(focused).toMatch(/^You, .*: Which rook is that\?$/);
  });

  it("shows a thread by its address, also what the room has not loaded, and says when there is none", async () => {
    const { page } = visit;
    const { basePath, accessToken, roomId } = await playground();
    const send = async (body: string, thread?: string) => {
      const relation = { "m.relates_to": { rel_type: "m.thread", event_id: thread } };
      const path = `rooms/${roomId}/send/m.room.message/${encodeURIComponent(body)}`;
      const answer = await fetch(`${rookery.url}${basePath}/_matrix/client/v3/${path}`, {
        method: "PUT",
        headers: { cookie: rookery.cookie, authorization: `Bearer ${accessToken}` },
        body: JSON.stringify({ msgtype: "m.text", body, ...(thread === undefined ? {} : relation) }),
      });
      return ((await answer.json()) as { event_id: string }).event_id;
    };
    const root = await send("Long ago");
    for (let count = 1; count <= 60; count++) await send(`reply ${count}`, root);
    const newest = await send("Today");
    await open(`/playground?thread=${encodeURIComponent(root)}`);
    const { panel, say } = threadOn(page);
    await panel.getByRole("article", { name: /: reply 60$/ }).waitFor();
    expect(await panel.getByRole("article", { name: /: reply 10$/ }).count()).toBe(0);
    await panel.getByRole("button", { name: "Load older replies" }).click();
    await panel.getByRole("article", { name: /: reply 1$/ }).waitFor();
    await panel.getByRole("article", { name: /: Long ago$/ }).waitFor();
    await say("reply 61");
    await expect.poll(() => panel.getByRole("article").count()).toBe(62);
    await panel.getByRole("button", { name: "Close the thread" }).click();
    await open(`/playground?thread=${encodeURIComponent(newest)}x`);
    visit.expectComplaint(/status of 404 .*_matrix/);
    await panel.getByText("The message with which this thread begins is not here.").waitFor();
  });

  it("on a phone, has a thread all over the screen, and the focus in it", async () => {
    const { page } = visit;
    await page.setViewportSize(WIDTHS[1]);
    await open("/playground");
    const chat = chatOn(page);
    const root = await chat.say("On the phone");
    await chat.act(root, "Reply in a thread");
    const { panel, say } = threadOn(page);
    expect(await panel.boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
    for (let step = 0; step < 12; step++) await page.keyboard.press("Tab");
    expect(
      await page.evaluate("document.querySelector('dialog[open]').contains(document.activeElement)"),
    ).toBe(true);
    await say("Small as it is");
    await page.keyboard.press("Escape");
    await root.getByRole("button", { name: "1 reply You: Small as it is" }).click();
    await panel.getByRole("article", { name: /: Small as it is$/ }).waitFor();
    await page.goBack();
    await panel.waitFor({ state: "detached" });
  });

  it("takes cookies from a file as a secret, and says until when they are good, on the overview once they are not", async () => {
    const { page } = visit;
    const chooseCookies = async (until: number) => {
      const cookie = [".instagram.com", "TRUE", "/", "TRUE", String(until), "sessionid", "123%3Aabc"].join(
        "\t",
      );
      const buffer = Buffer.from(`# Netscape HTTP Cookie File\n\n${cookie}\n`);
      const choosing = page.waitForEvent("filechooser");
      await press("Choose a file");
      await (await choosing).setFiles({ name: "cookies.txt", mimeType: "text/plain", buffer });
      await press("Save and restart");
      await said("Saved. instagram restarts with the new config.");
    };
    const check = page.getByRole("row").filter({ hasText: "cookies" });

    await open("/instances/instagram/config");
    await chooseCookies(Date.UTC(2096, 0, 1) / 1000);
    await open("/instances/instagram");
    await check.getByText("Well. The cookies of instagram.com are good until 2096-01-01.").waitFor();
    expect(await barriersInEveryLook(page, album, null)).toEqual([]);

    await open("/instances/instagram/config");
    await press("Replace Cookies");
    await chooseCookies(Date.UTC(2020, 0, 1) / 1000);
    expect(await page.content()).not.toContain("123%3Aabc");
    await open("/");
    await page
      .getByRole("listitem")
      .getByText("instagram: The cookies of instagram.com expired on 2020-01-01: paste new ones.")
      .waitFor();
  });

  it("asks the host for the log lines of the instance whose log is looked at, and of no other", async () => {
    const { page } = visit;
    const streams: string[] = [];
    page.on("request", (request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname === "/api/v1/events") streams.push(search);
    });
    await open("/");
    await heading("Overview");
    await page.getByText("Live").first().waitFor();
    const looking = page.waitForRequest(/events\?logs=hello/);
    await page.getByRole("link", { name: "hello", exact: true }).click();
    await page.getByRole("link", { name: "Logs" }).click();
    await looking;
    const leaving = page.waitForRequest(/events\?logs=(&|$)/);
    await page.getByRole("link", { name: "Config" }).click();
    await leaving;
    // Nothing that happens before the first one is there is missed.
    expect(streams[0]).toMatch(/^\?logs=&after=[0-9a-f]+-\d+$/);
  });

  it("says when Rookery was upgraded under it, and throws away nothing that was typed", async () => {
    const { page } = visit;
    // As the host that took this one's place would greet it.
    const event = 'event: open\nid: 1\ndata: {"page":"/assets/index-other.js"}\n\n';
    await page.route("**/api/v1/events*", (route) =>
      route.fulfill({ headers: { "content-type": "text/event-stream" }, body: event }),
    );
    await open("/instances/hello/config");
    const greeting = page.getByRole("textbox", { name: "Greeting" });
    await greeting.fill("Ahoy");
    await said("Rookery was upgraded while this page was open");
    visit.expectComplaint(/status of 404 .*\/assets\/|^NotLoadedError/);
    await page.route("**/assets/*.js", (route) => route.fulfill({ status: 404 }));
    const gone = page.waitForResponse(/\/assets\//);
    await page.getByRole("link", { name: "Database" }).hover();
    await gone;
    expect(await greeting.inputValue()).toBe("Ahoy");
    await press("Load the page anew");
    await page.getByRole("dialog", { name: "Lose what you typed?" }).waitFor();
    expect(await barriersInEveryLook(page, album, null)).toEqual([]);
    await press("Go on typing");
    expect(await greeting.inputValue()).toBe("Ahoy");
    await page.getByRole("link", { name: "Database" }).click();
    await press("Leave without saving");
    await page.getByRole("alert").getByText("This part of the page could not be loaded").waitFor();
    await page.unrouteAll();
    await page.getByRole("alert").getByRole("button", { name: "Load the page anew" }).click();
    await page.getByRole("heading", { name: "No database yet" }).waitFor();
  });

  it("makes the browser complain of nothing", () => {
    expect(visit.complaints).toEqual([]);
  });

  /** Uploads to the playground's homeserver. @returns its mxc URI */
  async function upload(bytes: Buffer): Promise<string> {
    const { basePath, accessToken } = await playground();
    const answer = await fetch(`${rookery.url}${basePath}/_matrix/media/v3/upload`, {
      method: "POST",
      headers: {
        ...{ cookie: rookery.cookie, authorization: `Bearer ${accessToken}` },
        "content-type": "application/octet-stream",
      },
      body: new Uint8Array(bytes),
    });
    return ((await answer.json()) as { content_uri: string }).content_uri;
  }
});

/** The thread that is open in the playground. */
function threadOn(page: Page) {
  const panel = page.getByRole("dialog", { name: "Thread" });
  const field = panel.getByRole("textbox", { name: "Reply in the thread" });
  return {
    panel,
    field,
    async say(text: string) {
      await field.fill(text);
      await field.press("Enter");
      const said = panel.getByRole("article").filter({ hasText: text }).last();
      await said.filter({ hasNotText: "sending" }).waitFor();
    },
  };
}
