import type { Playground } from "@rookery/host/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { createPerson, type Person } from "../matrix/person.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { barriersInEveryLook } from "./every-look.ts";
import { type Album, openAlbum } from "./looks.ts";
import { diceBundle } from "./plugins.ts";
import { goTo, openVisit, showPageOnFailure, signIn, stepByStep, type Visit, WIDTHS } from "./visit.ts";

const ROOM_FOR = 3;

for (const viewport of WIDTHS) {
  describeWith(
    [isChromiumAvailable()],
    `what a bot did not answer, on the page, at ${viewport.width} px`,
    () => {
      let rookery: Rookery;
      let visit: Visit;
      let album: Album;
      let you: Person;
      let roomId: string;

      beforeAll(async () => {
        rookery = await startRookery({
          ...{ args: ["--playground"], env: { ROOKERY_LIMITS_INBOX_ENTRIES: String(ROOM_FOR) } },
        });
        await rookery.addPlugin(await diceBundle());
        const { accountId } = await rookery.instance("hello");
        await rookery.addInstance({ id: "dice", pluginId: "org.example.dice", accountId });
        const playground = await rookery.api<Playground>("GET", "/playground");
        if (!playground) throw new Error("There is no playground.");
        const { basePath, userId, accessToken } = playground;
        you = await createPerson(rookery.url + basePath, { userId, accessToken }, { cookie: rookery.cookie });
        roomId = playground.roomId;
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

      const listed = () => visit.page.getByRole("main").getByRole("listitem");
      const tab = (name: string) =>
        visit.page.getByRole("navigation", { name: "dice" }).getByRole("link", { name }).click();

      it("says that nothing failed, where nothing did", async () => {
        const { page } = visit;
        await page.goto(`${rookery.url}/instances/dice/failed`);
        await page.getByRole("heading", { name: "Nothing failed" }).waitFor();
      });

      it("shows what failed: the message, the error, and the place in the author's TypeScript", async () => {
        const { page } = visit;
        for (const sides of [1, 0]) await you.say(roomId, `!roll ${sides}`);
        const [newest, oldest] = [listed().first(), listed().last()];
        await newest.getByText("“!roll 0”").waitFor();
        await newest.getByText("There is no die with 0 sides.", { exact: true }).waitFor();
        await oldest.getByText("There is no die with 1 sides.", { exact: true }).waitFor();
        await newest.getByText("Where it happened").click();
        await newest.getByText(/at sidesOf \(src\/index\.ts:6:\d+\)/).waitFor();
        expect(await barriersInEveryLook(page, album, "instance-failed")).toEqual([]);
      });

      it("runs it again, and keeps what fails again", async () => {
        const { page } = visit;
        await page.getByRole("button", { name: "Run again: “!roll 1”" }).click();
        await page.getByText("“!roll 1” runs again.").waitFor();
        await listed().first().getByText("“!roll 1”").waitFor();

        await tab("Config");
        await page.getByRole("switch", { name: "Lenient" }).click();
        await page.getByRole("button", { name: "Save and restart" }).click();
        await rookery.until("dice", ({ status, config }) => status === "running" && config.lenient === true);
        await tab("Failed");
        for (const sides of [1, 0]) {
          await page.getByRole("button", { name: `Run again: “!roll ${sides}”` }).click();
        }
        await page.getByRole("heading", { name: "Nothing failed" }).waitFor();
        await you.until(
          roomId,
          (events) => events.filter(({ content }) => content.body === "A die with 6 sides.").length === 2,
        );
      });

      it("says in its activity what became of each event, and why it did nothing", async () => {
        const { page } = visit;
        for (const text of ["good morning", "!rol 6", "!roll 6"]) await you.say(roomId, text);
        await tab("Activity");
        const item = (n: number) => page.getByRole("list", { name: "Activity" }).locator("> li").nth(n);
        const [done, unknown, unmatched] = [item(0), item(1), item(2)];
        await done.getByText("Done").waitFor();
        await done.getByText("!roll", { exact: true }).waitFor();
        await unknown.getByText("but the plugin has none of that name").waitFor();
        await unmatched.getByText("No command, text or event type of the plugin matched it.").waitFor();
        await done.getByText("What it did").click();
        await done.getByText("event.send").waitFor();
        expect(await page.getByRole("main").innerText()).not.toContain("good morning");
        expect(await barriersInEveryLook(page, album, "instance-activity")).toEqual([]);

        // The one that failed again is there once more.
        await page.getByLabel("Show").selectOption("Failed");
        await item(1).getByText("There is no die with 0 sides.", { exact: true }).waitFor();
        await item(3).waitFor({ state: "detached" });
        await page.reload();
        for (const [n, sides] of [1, 0, 1].entries()) {
          await item(n).getByText(`There is no die with ${sides} sides.`, { exact: true }).waitFor();
        }
      });

      it("takes the age up to which it answers what it missed", async () => {
        const { page } = visit;
        await tab("Settings");
        const age = page.getByRole("combobox", { name: "Answer messages up to this age" });
        expect(await age.locator("option:checked").textContent()).toBe("As the plugin says: 1 hour");
        await age.selectOption("1 day");
        await page.getByRole("button", { name: "Save and restart" }).click();
        await page.getByText("dice restarts with the new age").waitFor();
        expect(await rookery.instance("dice")).toMatchObject({ catchUpSeconds: 86_400 });
        expect(await barriersInEveryLook(page, album, null)).toEqual([]);
      });

      it("says that an inbox is full, since when, and what to do, until one dismisses it", async () => {
        const { page } = visit;
        for (let n = 0; n < ROOM_FOR + 2; n++) await you.say(roomId, "!ponder");
        await rookery.until("dice", ({ counts }) => counts.refused === 2);
        await goTo(page, "Overview");
        const item = listed().filter({ hasText: "The inbox of dice is full: 2 events" });
        await item.getByText(/raise limits\.inboxEntries/).waitFor();
        expect(await barriersInEveryLook(page, album, null)).toEqual([]);

        await page.goto(`${rookery.url}/instances/dice`);
        const caution = page.getByRole("region", { name: "Its inbox is full, what comes is refused" });
        await caution
          .getByText(/^2 events were refused and get no answer, the first .*, the last .*\.$/)
          .waitFor();
        await page.getByText("2 events, for which there was no room").waitFor();
        expect(await barriersInEveryLook(page, album, "instance-inbox-full")).toEqual([]);
        await caution.getByRole("button", { name: "Dismiss" }).click();
        await caution.waitFor({ state: "detached" });
        await goTo(page, "Overview");
        await page.getByText("All 3 bots are well.").waitFor();
        await item.waitFor({ state: "detached" });
      });

      it("with nothing in the browser's console", () => {
        expect(visit.complaints).toEqual([]);
      });
    },
  );
}
