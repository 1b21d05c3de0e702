import type { Account } from "@rookery/host/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { chatOn } from "./chat.ts";
import { spinnerBundle } from "./plugins.ts";
import { goTo, openVisit, showPageOnFailure, signIn, undoOn, type Visit, WIDTHS } from "./visit.ts";

/** What keeps it from its start, at each width another way: five seconds of a processor are enough once. */
const SPINS = { config: { spins: true }, setting: "Spins", reason: /did not answer for 5 s/ };
const FAILS = { config: { fails: true }, setting: "Fails", reason: /It found no start\./ };
const [DESK, PHONE] = WIDTHS;

for (const { viewport, crash } of [
  { viewport: DESK, crash: SPINS },
  { viewport: PHONE, crash: FAILS },
]) {
  describeWith([isChromiumAvailable()], `in trouble, the page, at ${viewport.width} px`, () => {
    let rookery: Rookery;
    let visit: Visit;

    beforeAll(async () => {
      rookery = await startRookery({ args: ["--playground"] });
      visit = await openVisit({ viewport });
      await signIn(visit.page, rookery);
    });

    afterAll(async () => {
      await visit?.[Symbol.asyncDispose]();
      await rookery?.dispose();
    });

    showPageOnFailure(() => visit);

    it("says why an instance crashed, and restarts it", async () => {
      const { page } = visit;
      await rookery.addPlugin(await spinnerBundle());
      const { accountId } = await rookery.instance("hello");
      const { config, setting, reason } = crash;
      await rookery.addInstance({ id: "spinner", pluginId: "org.example.spinner", accountId, config });

      await page.goto(rookery.url);
      // It is started again by itself, a little later each time.
      const item = page.getByRole("listitem").filter({ hasText: "spinner crashed" });
      await item.waitFor({ timeout: 40_000 });
      await page.getByText("2 of 3 bots are well.").waitFor();
      await item.getByText(reason).waitFor();
      await item.getByRole("button", { name: "Restart spinner" }).click();
      await page
        .getByRole("row", { name: /^spinner/ })
        .getByText("Starting")
        .waitFor();

      await page.getByRole("link", { name: "spinner" }).first().click();
      await page.getByRole("link", { name: "Config" }).click();
      await page.getByRole("switch", { name: setting }).click();
      await page.getByRole("button", { name: "Save and restart" }).click();
      await page.getByRole("main").getByText("Running").waitFor({ timeout: 20_000 });
      await goTo(page, "Overview");
      await page.getByText("All 3 bots are well.").waitFor();
    }, 60_000);

    it("says what is wrong with a bundle that is none", async () => {
      const { page } = visit;
      await goTo(page, "Plugins");
      const upload = async (name: string, content: string) => {
        const choosing = page.waitForEvent("filechooser");
        await page.getByRole("button", { name: "Upload a bundle" }).click();
        const buffer = Buffer.from(content);
        await (await choosing).setFiles({ name, mimeType: "application/octet-stream", buffer });
      };
      const alert = page.getByRole("alert");
      await upload("holiday.jpg", "a picture");
      await alert.getByText("holiday.jpg is not a bundle: its name should end in .mbp.").waitFor();
      visit.expectComplaint(/status of 422 .*\/plugins$/);
      await upload("garbage.mbp", "garbage, and no zip");
      await alert.getByText("The bundle is not a zip file").waitFor();
    });

    it.each([
      ["/instances/hello", "hello"],
      ["/plugins/org.rookery.hello", "Hello"],
    ])("is the same after a reload of %s", async (path, title) => {
      const { page } = visit;
      await page.goto(rookery.url + path);
      await page.getByRole("heading", { name: title, level: 1 }).waitFor();
      await page.reload();
      await page.getByRole("heading", { name: title, level: 1 }).waitFor();
      expect(new URL(page.url()).pathname).toBe(path);
    });

    it("takes back that a bot was stopped, also from another page, and says so", async () => {
      const { page } = visit;
      await page.goto(`${rookery.url}/instances`);
      await page.getByRole("button", { name: "Stop hello" }).click();
      await page.getByText("hello is stopping.").waitFor();
      await undoOn(page, "Plugins");
      await page.getByText("hello is starting.").waitFor();
      await rookery.until("hello", ({ enabled, status }) => enabled && status === "running");
    });

    it("leads from an account that is in trouble to that account, and from where it is named", async () => {
      const { page } = visit;
      const [account] = await rookery.api<Account[]>("GET", "/accounts");
      if (!account) throw new Error("The playground has no bot.");
      const heading = page.getByRole("heading", { name: account.userId, level: 1 });
      const accounts = "**/api/v1/accounts";
      await page.route(accounts, (route) =>
        route.fulfill({ json: [{ ...account, status: "unreachable", statusReason: "No answer." }] }),
      );
      await page.goto(rookery.url);
      await page.getByRole("link", { name: "Show the account" }).click();
      await heading.waitFor();
      await page.unroute(accounts);
      await goTo(page, "Overview");
      await page.getByRole("table", { name: "Accounts" }).getByRole("link", { name: account.userId }).click();
      await heading.waitFor();
      await page.goto(`${rookery.url}/instances/hello`);
      await page.getByRole("definition").getByRole("link", { name: account.userId }).click();
      await heading.waitFor();
    });

    it("says that the connection is lost when the host is killed, and goes on by itself when it is back", async () => {
      const { page } = visit;
      visit.expectComplaint(/net::ERR_/);
      const playground = await page.context().newPage();
      await playground.goto(`${rookery.url}/playground`);
      const chat = chatOn(playground);
      await chat.say("before");
      await page.bringToFront();
      await goTo(page, "Overview");
      await page.getByText("All 3 bots are well.").waitFor();

      await rookery.kill();
      await page.getByText("Connection lost, trying again").waitFor();
      await page.getByText("What you see may be out of date.").waitFor();
      await playground.getByText("The connection to the playground is lost.").waitFor();
      await chat.field.fill("!hello");

      await rookery.start();
      await page.getByText("Connection lost, trying again").waitFor({ state: "detached" });
      await page.getByText("All 3 bots are well.").waitFor();
      await playground.getByText("The connection to the playground is lost.").waitFor({ state: "detached" });
      await chat.field.press("Enter");
      await chat.message("hello, ").getByText("Hello, you!").waitFor();
    });

    it("makes the browser complain of nothing but what was broken", () => {
      expect(visit.complaints).toEqual([]);
    });
  });
}
