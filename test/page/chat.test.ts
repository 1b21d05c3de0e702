import { join } from "node:path";
import type { Playground } from "@rookery/host/api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { createPerson, type Person } from "../matrix/person.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { type Chat, chatOn, pictureSize, videoSize } from "./chat.ts";
import { openVisit, showPageOnFailure, signIn, type Visit } from "./visit.ts";

const FIXTURES = join(import.meta.dirname, "../instagram/fixtures");

describeWith([isChromiumAvailable()], "the playground's chat", () => {
  let rookery: Rookery;

  beforeAll(async () => {
    rookery = await startRookery({ args: ["--playground"] });
  });

  afterAll(() => rookery?.dispose());

  describe.each([
    ["wide", { width: 1280, height: 800 }],
    ["narrow", { width: 390, height: 844 }],
  ])("%s", (width, viewport) => {
    let visit: Visit;
    let chat: Chat;

    beforeAll(async () => {
      visit = await openVisit({ viewport });
      await signIn(visit.page, rookery);
      await visit.page.goto(`${rookery.url}/playground`);
      chat = chatOn(visit.page);
    });

    afterAll(() => visit?.[Symbol.asyncDispose]());

    showPageOnFailure(() => visit);

    it("formats what is written in Markdown, and shows HTML as the text it was typed as", async () => {
      const said = await chat.say("A **strong** word, `code`, and <b>no tag</b>");
      await said.locator("strong", { hasText: "strong" }).waitFor();
      await said.locator("code", { hasText: "code" }).waitFor();
      await said.getByText("<b>no tag</b>").waitFor();
    });

    it("quotes what is replied to", async () => {
      const first = await chat.say(`A question, ${width}`);
      await chat.act(first, "Reply");
      await visit.page.getByText("Replying to you").waitFor();
      const reply = await chat.say("An answer");
      await reply.getByRole("button", { name: `In reply to You A question, ${width}` }).waitFor();
    });

    it("adds a reaction and takes it back", async () => {
      const said = await chat.say("Like this");
      await chat.act(said, "React");
      await visit.page.getByRole("button", { name: "React with 🎉" }).click();
      const reaction = said.getByRole("button", { name: "🎉 1 by You" });
      await reaction.waitFor();
      await reaction.click();
      await reaction.waitFor({ state: "detached" });
    });

    it("edits the last message with the arrow key", async () => {
      const said = await chat.say("Teh rook");
      await chat.field.press("ArrowUp");
      await visit.page.getByText("Editing your message").waitFor();
      await chat.field.fill("The rook");
      await chat.field.press("Enter");
      await said.getByText("The rook").waitFor();
      await said.getByText("edited").waitFor();
    });

    it("removes a message after asking", async () => {
      const said = await chat.say("Never mind");
      await chat.act(said, "Remove");
      const dialog = visit.page.getByRole("dialog", { name: "Remove this message?" });
      await dialog.getByRole("button", { name: "Remove" }).click();
      await said.getByText("Message removed").waitFor();
      expect(await said.getByText("Never mind").count()).toBe(0);
    });

    it("sends a picture and a video, and shows them in their sizes", async () => {
      const picture = await chat.attach(join(FIXTURES, "portrait.jpg"));
      await picture.getByRole("button", { name: "Show portrait.jpg in full" }).waitFor();
      expect(await pictureSize(picture.getByRole("img"))).toEqual([1080, 1350]);
      const box = await picture.getByRole("img").boundingBox();
      expect((box?.width ?? 0) / (box?.height ?? 1)).toBeCloseTo(1080 / 1350, 1);

      const video = await chat.attach(join(FIXTURES, "reel.mp4"));
      await video.getByRole("button", { name: "Play reel.mp4, 0:02 · 15.8 kB" }).click();
      expect(await videoSize(video.locator("video"))).toEqual([360, 640]);
    });

    it("makes another room, with a bot that answers there", async () => {
      const { page } = visit;
      const rooms = async () => {
        const show = page.getByRole("button", { name: "Show rooms" });
        if (await show.isVisible()) await show.click();
      };
      await rooms();
      await page.getByRole("button", { name: "New room" }).click();
      const dialog = page.getByRole("dialog", { name: "New room" });
      await dialog.getByRole("textbox", { name: "Name" }).fill(`Nest ${width}`);
      await dialog.getByRole("checkbox", { name: /^@hello:/ }).check();
      await dialog.getByRole("button", { name: "Create" }).click();
      await page.getByRole("heading", { name: `Nest ${width}` }).waitFor();
      await page.getByText("hello joined.").waitFor();
      await chat.say("!hello");
      await chat.message("hello, ").getByText("Hello, you!").waitFor();

      await rooms();
      await page.getByRole("link", { name: "Playground" }).and(page.locator("[href*=room]")).click();
      await page.getByRole("heading", { name: "Playground" }).waitFor();
    });

    it("speaks as somebody else, whom the bot greets by their name", async () => {
      const { page } = visit;
      const rooms = async () => {
        const show = page.getByRole("button", { name: "Show rooms" });
        if (await show.isVisible()) await show.click();
      };
      await rooms();
      await page.getByRole("button", { name: "Another person" }).click();
      const dialog = page.getByRole("dialog", { name: "Another person" });
      await dialog.getByRole("textbox", { name: "Name" }).fill(`grace-${width}`);
      await dialog.getByRole("button", { name: "Add and speak as them" }).click();
      await dialog.waitFor({ state: "detached" });
      await chat.say("!hello");
      await chat.message("hello, ").getByText(`Hello, grace-${width}!`).waitFor();

      await rooms();
      await page.getByRole("combobox", { name: "You speak as" }).selectOption({ index: 0 });
      await chat.message(`grace-${width}, `).getByText("!hello").waitFor();
    });

    it("shows beside a message's source what each bot made of it", async () => {
      const said = await chat.say("!helo");
      await chat.act(said, "View event and trace");
      const dialog = visit.page.getByRole("dialog", { name: "Event" });
      await dialog.getByText('"body": "!helo"').waitFor();
      const hello = dialog.getByRole("listitem").filter({ hasText: "hello" }).first();
      await hello.getByText("Not handled").waitFor();
      await hello.getByText(/the plugin has none of that name/).waitFor();
      await visit.page.keyboard.press("Escape");
    });

    it("keeps what it shows within the screen", async () => {
      const scrollWidth = await visit.page.evaluate<number>("document.documentElement.scrollWidth");
      expect(scrollWidth).toBeLessThanOrEqual(viewport.width);
    });

    it("sees nothing in the browser's console", () => {
      expect(visit.complaints).toEqual([]);
    });
  });

  describe("and somebody hostile", () => {
    let visit: Visit;
    let hostile: Person;
    let roomId: string;
    let homeserver: string;

    beforeAll(async () => {
      visit = await openVisit();
      await signIn(visit.page, rookery);
      const entry = (await rookery.api<Playground>("GET", "/playground")) as NonNullable<Playground>;
      homeserver = rookery.url + entry.basePath;
      hostile = await createPerson(homeserver, entry, { cookie: rookery.cookie });
      roomId = entry.roomId;
      await visit.page.goto(`${rookery.url}/playground`);
    });

    afterAll(() => visit?.[Symbol.asyncDispose]());

    showPageOnFailure(() => visit);

    it("runs nothing of what a formatted message holds, and leads nowhere", async () => {
      const { page } = visit;
      // Parsing it, in a document of its own, is enough for Chromium to say what the policy would forbid.
      visit.expectComplaint(
        /^(Applying inline style|Executing inline event handler) violates the following Content Security Policy/,
      );
      await hostile.send(roomId, "m.room.message", {
        msgtype: "m.text",
        body: "harmless",
        format: "org.matrix.custom.html",
        formatted_body: `<b>harm</b>less<script>window.ran = "script"</script>
<img src="x" onerror="window.ran = 'image'"><svg onload="window.ran = 'svg'"></svg>
<a href="javascript:window.ran = 'link'">press me</a><iframe src="/api/v1/session"></iframe>
<form action="https://evil.example/"><input name="password"></form>
<p style="position: fixed; inset: 0; background: red">covers everything</p>
<math><mtext><table><mglyph><style><img src="x" onerror="window.ran = 'mxss'"></style></mglyph></table></mtext></math>`,
      });
      const said = chatOn(page).message(/: harmless/);
      await said.locator("b", { hasText: "harm" }).waitFor();
      const text = said.locator("div", { has: page.locator("b") }).last();
      await text.getByText("press me").click();
      const harmful = text.locator("script, img, svg, iframe, form, input, style, [style], [href]");
      expect(await harmful.count()).toBe(0);
      expect(await page.evaluate("window.ran")).toBeUndefined();
      expect(new URL(page.url()).pathname).toBe("/playground");
    });

    it("runs nothing of a file that calls itself a picture", async () => {
      const { page } = visit;
      const upload = await fetch(`${homeserver}/_matrix/media/v3/upload`, {
        method: "POST",
        headers: {
          cookie: rookery.cookie,
          authorization: `Bearer ${hostile.accessToken}`,
          "content-type": "image/svg+xml",
        },
        body: `<svg xmlns="http://www.w3.org/2000/svg"><script>window.ran = "file"</script></svg>`,
      });
      const { content_uri } = (await upload.json()) as { content_uri: string };
      await hostile.send(roomId, "m.room.message", {
        msgtype: "m.image",
        body: "picture.svg",
        url: content_uri,
      });
      await chatOn(page)
        .message(/: picture\.svg/)
        .waitFor();
      expect(await page.evaluate("window.ran")).toBeUndefined();
    });

    it("makes the browser complain of nothing but what it held", () => {
      expect(visit.complaints).toEqual([]);
    });
  });
});
