import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { type Instagram, startInstagram } from "../instagram/instagram.ts";
import { isYtDlpAvailable } from "../instagram/yt-dlp.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { chatOn, pictureSize, videoSize } from "./chat.ts";
import { openVisit, showPageOnFailure, stepByStep, type Visit } from "./visit.ts";

const WHO = { name: "mira", password: "a long enough sentence" };

describeWith(
  [isChromiumAvailable(), isYtDlpAvailable()],
  "somebody who sees the page for the first time",
  () => {
    let instagram: Instagram;
    let rookery: Rookery;
    let visit: Visit;

    beforeAll(async () => {
      instagram = await startInstagram({ delayMs: 300 });
      rookery = await startRookery({
        args: ["--playground"],
        env: { ROOKERY_NETWORK_PROXY: instagram.proxyUrl, ROOKERY_NETWORK_CA_FILE: instagram.caFile },
        signIn: false,
      });
      visit = await openVisit();
    });

    afterAll(async () => {
      await visit?.[Symbol.asyncDispose]();
      await rookery?.dispose();
      await instagram?.close();
    });

    showPageOnFailure(() => visit);
    stepByStep();

    it("opens the printed link, sets a password, and sees that the bots are well", async () => {
      const { page } = visit;
      await page.goto(rookery.signInLink ?? "");
      await page.getByRole("heading", { name: "Set your password" }).waitFor();
      expect(page.url()).not.toContain("token");
      await page.getByRole("textbox", { name: "Name" }).fill(WHO.name);
      await page.getByRole("textbox", { name: "Password" }).fill("short");
      await page.getByRole("textbox", { name: "Password" }).blur();
      await page.getByText("5 more characters.").waitFor();
      await page.getByRole("textbox", { name: "Password" }).fill(WHO.password);
      await page.getByRole("button", { name: "Set password and go on" }).click();

      await page.getByRole("heading", { name: "Overview" }).waitFor();
      await page.getByText("Both bots are well.").waitFor();
      const row = page.getByRole("row", { name: /^hello/ });
      await row.getByText("Running").waitFor();
    });

    it("finds the playground from there, writes !hello, and is answered", async () => {
      const { page } = visit;
      await page.getByRole("link", { name: "Open the playground" }).click();
      const chat = chatOn(page);
      await chat.say("!hello");
      const answer = chat.message("hello, ");
      await answer.getByText("Hello, you!").waitFor();
      await answer.getByRole("button", { name: "In reply to You !hello" }).waitFor();
    });

    it("pastes an Instagram link, sees that it is worked on, and then the picture with its caption", async () => {
      const { page } = visit;
      const post = instagram.addPost({ caption: "A ridge in the morning", username: "rook" });
      const chat = chatOn(page);
      const link = await chat.say(post.url);
      const sign = link.getByRole("button", { name: "⏳ 1 by instagram" });
      await sign.waitFor();
      const answer = chat.message(/^instagram, .*A ridge in the morning/);
      await answer.waitFor();
      expect(await pictureSize(answer.getByRole("img"))).toEqual([1080, 1350]);
      await sign.waitFor({ state: "detached" });

      await answer.getByRole("button", { name: /^Show .* in full$/ }).click();
      const whole = page.getByRole("dialog");
      expect(await pictureSize(whole.getByRole("img", { name: /jpg$/ }))).toEqual([1080, 1350]);
      await page.keyboard.press("Escape");
      await whole.waitFor({ state: "hidden" });
    });

    it("pastes a reel and plays it", async () => {
      const { page } = visit;
      const post = instagram.addReel({ caption: "Down the long hill" });
      const chat = chatOn(page);
      await chat.say(post.url);
      const answer = chat.message(/^instagram, .*Down the long hill/);
      await answer.getByRole("button", { name: /^Play .*, 0:02 · 15.8 kB$/ }).click();
      expect(await videoSize(answer.locator("video"))).toEqual([360, 640]);
    });

    it("pastes a carousel and sees its pictures and videos in order", async () => {
      const { page } = visit;
      const post = instagram.addCarousel(["picture", "picture", "picture", "video", "video"]);
      const chat = chatOn(page);
      const before = await chat.log.getByRole("article").count();
      await chat.say(post.url);
      const items = chat.log.getByRole("article");
      await items.nth(before + post.files.length).waitFor();
      const sizes: [number, number][] = [];
      for (let index = 1; index <= post.files.length; index++) {
        const item = items.nth(before + index);
        const play = item.getByRole("button", { name: /^Play/ });
        if ((await play.count()) > 0) {
          await play.click();
          sizes.push(await videoSize(item.locator("video")));
        } else {
          sizes.push(await pictureSize(item.getByRole("img")));
        }
      }
      expect(sizes).toEqual(post.files.map(({ width, height }) => [width, height]));
    });

    it("signs out, learns that the link was used, and signs in by password to where they were going", async () => {
      const { page } = visit;
      await page.getByRole("button", { name: `Signed in as ${WHO.name}` }).click();
      // What the page asked for in the moment before is refused in the moment after.
      visit.expectComplaint(/status of 401 .*\/(instances|plugins|accounts|notices|events|history|usage)$/);
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("heading", { name: "Sign in" }).waitFor();

      visit.expectComplaint(/status of 401 .*\/session\/one-time$/);
      visit.expectComplaint(/^ProblemError: This link was used already/);
      await page.goto(rookery.signInLink ?? "");
      await page.getByText("This link was used already, or is too old.").waitFor();
      await page.getByRole("link", { name: "Sign in with a password" }).click();
      await page.getByRole("textbox", { name: "Name" }).fill(WHO.name);
      await page.getByRole("textbox", { name: "Password" }).fill("a wrong sentence");
      visit.expectComplaint(/status of 401 .*\/session$/);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByText("The name or the password is wrong.").waitFor();

      await page.goto(`${rookery.url}/instances`);
      await page.getByRole("textbox", { name: "Name" }).fill(WHO.name);
      await page.getByRole("textbox", { name: "Password" }).fill(WHO.password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("heading", { name: "Instances" }).waitFor();
      await page.getByRole("row", { name: /^instagram/ }).waitFor();
    });

    it("changes the password, which asks for the one before", async () => {
      const { page } = visit;
      await page.goto(`${rookery.url}/set-password`);
      await page.getByRole("heading", { name: "Change your password" }).waitFor();
      const fields = { current: "Current password", next: "New password" };
      const fill = async (current: string) => {
        await page.getByRole("textbox", { name: fields.current }).fill(current);
        await page.getByRole("textbox", { name: fields.next }).fill("another long sentence");
        await page.getByRole("button", { name: "Change password" }).click();
      };
      visit.expectComplaint(/status of 403 .*\/session\/password$/);
      await fill("not the one");
      await page.getByText("The current password is wrong.").waitFor();
      await fill(WHO.password);
      await page.getByRole("heading", { name: "Overview" }).waitFor();
    });

    it("sees nothing in the browser's console", () => {
      expect(visit.complaints).toEqual([]);
    });
  },
);
