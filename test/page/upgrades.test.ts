import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { chatOn } from "./chat.ts";
import { barriersInEveryLook } from "./every-look.ts";
import { type Album, openAlbum } from "./looks.ts";
import { laterWeatherBundle, weatherBundle } from "./plugins.ts";
import {
  closeMessages,
  goTo,
  openVisit,
  showPageOnFailure,
  signIn,
  stepByStep,
  type Visit,
  WIDTHS,
} from "./visit.ts";

for (const viewport of WIDTHS) {
  describeWith(
    [isChromiumAvailable()],
    `a plugin's later version, on the page, at ${viewport.width} px`,
    () => {
      let rookery: Rookery;
      let visit: Visit;
      let album: Album;

      beforeAll(async () => {
        rookery = await startRookery({ args: ["--playground"] });
        const { id: pluginId } = await rookery.addPlugin(await weatherBundle());
        const { accountId } = await rookery.instance("hello");
        await rookery.addInstance({ id: "weather", pluginId, accountId, config: { place: "Oslo" } });
        visit = await openVisit({ viewport });
        album = await openAlbum();
        await signIn(visit.page, rookery);
      });

      afterAll(async () => {
        await visit?.[Symbol.asyncDispose]();
        await rookery?.dispose();
      });

      showPageOnFailure(() => visit);
      stepByStep();

      /** From the top of its page, as who came to install a version. */
      async function upload(buffer: Buffer): Promise<void> {
        const { page } = visit;
        await goTo(page, "Plugins");
        const choosing = page.waitForEvent("filechooser");
        await page.getByRole("button", { name: "Upload a bundle" }).first().click();
        await (await choosing).setFiles({
          name: "weather.mbp",
          mimeType: "application/octet-stream",
          buffer,
        });
      }

      async function answers(count: number, text: string): Promise<void> {
        const { page } = visit;
        await goTo(page, "Playground");
        const chat = chatOn(page);
        await chat.say("!weather");
        const found = chat.log.getByRole("article", { name: /^hello, / }).filter({ hasText: text });
        await found.nth(count - 1).waitFor();
        expect(await found.count()).toBe(count);
      }

      const waiting = () => visit.page.getByRole("region", { name: "Version 1.1.0 waits for your grant." });
      const fact = (name: string) =>
        visit.page.locator("dl > div").filter({ has: visit.page.getByText(name, { exact: true }) });

      it("waits while it asks for more, and the one before goes on", async () => {
        await answers(1, "Oslo: rain");
        await upload(await laterWeatherBundle("1.1.0"));
        await waiting().getByText("Beyond what you granted, it wants to:").waitFor();
        await waiting()
          .getByText(/connect to radar.weather.example/)
          .waitFor();
        expect(await waiting().getByText("connect to api.weather.example").count()).toBe(0);
        await answers(2, "Oslo: rain");
      });

      it("is set beside the one before: its settings, what it asks for no more, its size", async () => {
        const { page } = visit;
        await goTo(page, "Overview");
        await page.getByText("Weather 1.1.0 waits for you to grant what it asks for.").waitFor();
        await goTo(page, "Plugins");
        await page.getByRole("link", { name: "Weather" }).click();
        expect(await fact("New settings").innerText()).toMatch(/With the radar$/);
        expect(await fact("Removed settings").innerText()).toMatch(/With emoji$/);
        expect(await fact("Changed settings").innerText()).toMatch(/Days$/);
        expect(await fact("Asks no more to").innerText()).toMatch(/run the program ffmpeg$/);
        expect(await fact("Size").first().innerText()).toMatch(/kB → .* kB$/);
        await closeMessages(page);
        expect(await barriersInEveryLook(page, album, "plugin-upgrade")).toEqual([]);
      });

      it("takes its place when it is granted what it asks for, with the instance's config", async () => {
        const { page } = visit;
        await page.getByRole("button", { name: "Grant it and upgrade to 1.1.0" }).click();
        await page.getByText("Weather runs version 1.1.0.").waitFor();
        await answers(1, "Oslo by radar: rain");
      });

      it("goes back to the one before by one press, which says what becomes of data", async () => {
        const { page } = visit;
        await goTo(page, "Plugins");
        await page.getByRole("link", { name: "Weather" }).click();
        await page.getByText("What 1.1.0 has otherwise than 1.0.0:").waitFor();
        await page.getByText("Configs and databases become what they were before the upgrade.").waitFor();
        expect(await barriersInEveryLook(page, album, null)).toEqual([]);
        await page.getByRole("button", { name: "Go back to 1.0.0" }).click();
        await page.getByText("Weather runs version 1.0.0.").waitFor();
        await answers(3, "Oslo: rain");
      });

      it("that crashes goes back by itself, and the page says why until one dismisses it", async () => {
        const { page } = visit;
        await rookery.api("PUT", "/plugins/org.example.weather/grants", {
          network: ["api.weather.example", "radar.weather.example"],
          programs: ["ffmpeg"],
        });
        visit.expectComplaint(/status of 422 .*\/plugins$/);
        await upload(await laterWeatherBundle("1.2.0"));
        const refusal = page.getByRole("alert").filter({ hasText: "The plugin did not start" });
        await refusal
          .getByText(/did not stay well, so the one before goes on: .* The radar's station is/)
          .waitFor();
        const told = page.getByRole("region", { name: "Version 1.2.0 was rolled back to 1.0.0" });
        await goTo(page, "Overview");
        await page.getByText("Weather 1.2.0 was rolled back").waitFor();
        await goTo(page, "Plugins");
        await page.getByRole("link", { name: "Weather" }).click();
        await told.getByText("The radar's station is not set up.").waitFor();
        await told.getByRole("button", { name: "Dismiss" }).click();
        await told.waitFor({ state: "detached" });
        await answers(4, "Oslo: rain");
      });

      it("with nothing in the browser's console", () => {
        expect(visit.complaints).toEqual([]);
      });
    },
  );
}
