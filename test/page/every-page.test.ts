import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { type Instagram, startInstagram } from "../instagram/instagram.ts";
import { isYtDlpAvailable } from "../instagram/yt-dlp.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { chatOn, pictureSize } from "./chat.ts";
import { barriersInEveryLook } from "./every-look.ts";
import { type Album, openAlbum } from "./looks.ts";
import { remindersBundle, weatherBundle } from "./plugins.ts";
import { openVisit, showPageOnFailure, signIn, type Visit } from "./visit.ts";

describeWith(
  [isChromiumAvailable(), isYtDlpAvailable()],
  "every page, wide and narrow, light and dark",
  () => {
    let instagram: Instagram;
    let rookery: Rookery;
    let visit: Visit;
    let album: Album;

    beforeAll(async () => {
      instagram = await startInstagram();
      rookery = await startRookery({
        args: ["--playground"],
        env: { ROOKERY_NETWORK_PROXY: instagram.proxyUrl, ROOKERY_NETWORK_CA_FILE: instagram.caFile },
      });
      await rookery.addPlugin(await remindersBundle());
      await rookery.addInstance({
        id: "reminders",
        pluginId: "org.example.reminders",
        accountId: (await rookery.instance("hello")).accountId,
        config: { zone: "Atlantis" },
      });
      visit = await openVisit();
      album = await openAlbum();
    });

    afterAll(async () => {
      await visit?.[Symbol.asyncDispose]();
      await rookery?.dispose();
      await instagram?.close();
    });

    showPageOnFailure(() => visit);

    /**
     * Opens a page, waits for what it is there for, and looks at it in every way.
     * @param picture what its pictures are called, or `null` where the documentation shows none
     */
    async function behold(
      picture: string | null,
      path: string,
      shown: () => Promise<unknown>,
    ): Promise<void> {
      await visit.page.goto(rookery.url + path);
      await shown();
      expect(await barriersInEveryLook(visit.page, album, picture)).toEqual([]);
    }

    const heading = (name: string | RegExp) => visit.page.getByRole("heading", { name }).waitFor();

    it("sign-in", async () => {
      await behold("sign-in", "/", () => heading("Sign in"));
    });

    it("playground", async () => {
      await signIn(visit.page, rookery);
      const post = instagram.addPost({ caption: "Two weeks in the hills", picture: "landscape.jpg" });
      await behold("playground", "/playground", async () => {
        const chat = chatOn(visit.page);
        await chat.say("!hello");
        const answer = chat.message("hello, ");
        await answer.waitFor();
        await chat.act(answer, "React");
        await visit.page.getByRole("button", { name: "React with 👍" }).click();
        await answer.getByRole("button", { name: "👍 1 by You" }).waitFor();
        await chat.say(post.url);
        await pictureSize(chat.message(/^instagram, /).getByRole("img"));
        await chat.log.getByRole("button", { name: /⏳/ }).waitFor({ state: "detached" });
      });
    });

    it("instance", async () => {
      await behold("instance", "/instances/instagram", () => heading("Since Rookery started"));
    });

    it("config of an instance", async () => {
      await behold("instance-config", "/instances/instagram/config", () =>
        visit.page.getByLabel("Caption").waitFor(),
      );
    });

    it("accounts", async () => {
      await behold("accounts", "/accounts", () => visit.page.getByText("Connected").first().waitFor());
    });

    it("new account", async () => {
      await behold(null, "/accounts/new", () => heading("Add an account"));
    });

    it("a page that is not there", async () => {
      await behold("not-found", "/nowhere", () => heading("There is no such page"));
    });

    it("change of password", async () => {
      await behold("set-password", "/set-password", () => heading("Change your password"));
    });

    it("log of an instance that does not start", async () => {
      await behold("instance-logs", "/instances/reminders/logs", async () => {
        const { page } = visit;
        // After the sixth time it is left alone for a quarter of a minute, enough to look at it.
        const last = page.getByText("Where it happened").nth(5);
        await last.waitFor();
        await last.click();
        await page.getByText("at checkZone (src/index.ts:").nth(5).waitFor();
      });
    });

    it("settings of an instance", async () => {
      await behold("instance-settings", "/instances/reminders/settings", () =>
        heading("Delete this instance"),
      );
    });

    it("permissions of an instance", async () => {
      await behold("instance-permissions", "/instances/instagram/permissions", () =>
        visit.page.getByRole("switch", { name: /yt-dlp/ }).waitFor(),
      );
    });

    it("overview, where one bot needs attention", async () => {
      await behold("overview", "/", () =>
        visit.page.getByRole("button", { name: "Restart reminders" }).first().waitFor(),
      );
    });

    it("instances", async () => {
      await rookery.api("POST", "/instances/hello/stop");
      await behold("instances", "/instances", () => visit.page.getByText("Stopped").waitFor());
    });

    it("plugins, of which one asks for permissions", async () => {
      await rookery.api("POST", "/plugins", await weatherBundle());
      await behold("plugins", "/plugins", () => heading(/Weather/));
    });

    it("plugin that asks for permissions", async () => {
      await behold("plugin", "/plugins/org.example.weather", () => heading("What it may do"));
    });

    it("new instance", async () => {
      await behold("instance-new", "/instances/new?plugin=org.rookery.instagram", () =>
        heading("Create an instance"),
      );
    });

    it("with nothing in the browser's console", () => {
      expect(visit.complaints).toEqual([]);
    });
  },
);
