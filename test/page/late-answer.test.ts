import type { Account } from "@rookery/host/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { diceBundle, weatherBundle } from "./plugins.ts";
import { openVisit, showPageOnFailure, signIn, stepByStep, type Visit } from "./visit.ts";

/** The page hears of changes, and so may see what it wanted before the host has answered. */
describeWith([isChromiumAvailable()], "a change that the page sees before its answer comes", () => {
  let rookery: Rookery;
  let visit: Visit;

  beforeAll(async () => {
    rookery = await startRookery({ args: ["--playground"] });
    visit = await openVisit();
    await signIn(visit.page, rookery);
    const weather = await rookery.addPlugin(await weatherBundle());
    const [account] = await rookery.api<{ id: string }[]>("GET", "/accounts");
    const accountId = account?.id ?? "";
    await rookery.addInstance({ id: "weather", pluginId: weather.id, accountId, config: { place: "Ulm" } });
  });

  afterAll(async () => {
    await visit?.[Symbol.asyncDispose]();
    await rookery?.dispose();
  });

  showPageOnFailure(() => visit);
  stepByStep();

  const press = (name: string) => visit.page.getByRole("button", { name, exact: true }).click();

  /** The next answer to a request like this one waits until the page has seen that it was done, maybe before we know it. */
  async function holdAnswer(method: string, path: string, seen: () => Promise<void>): Promise<void> {
    const url = `${rookery.url}/api/v1${path}`;
    await visit.page.route(url, async (route) => {
      if (route.request().method() !== method) return await route.fallback();
      const [response] = await Promise.all([route.fetch(), seen()]);
      await route.fulfill({ response });
      await visit.page.unroute(url);
    });
  }

  it("is said to be saved: a config", async () => {
    const { page } = visit;
    await page.goto(`${rookery.url}/instances/weather/config`);
    const place = page.getByRole("textbox", { name: "Place" });
    await place.fill("Linz");
    await page.getByText("Changed: Place.").waitFor();
    await holdAnswer("PATCH", "/instances/weather", async () => {
      await page.waitForResponse(async (response) => {
        if (!response.url().endsWith("/instances/weather")) return false;
        return ((await response.json()) as { config: { place?: string } }).config.place === "Linz";
      });
    });
    await press("Save and restart");
    await page.getByText("Saved. weather restarts with the new config.").waitFor();
    await page.getByText("Nothing changed yet.").waitFor();
    expect(await place.inputValue()).toBe("Linz");
  });

  it("is said to be saved: how old a message may be", async () => {
    const { page } = visit;
    await page.goto(`${rookery.url}/instances/weather/settings`);
    const save = page.getByRole("button", { name: "Save and restart" });
    await page.getByRole("combobox").selectOption({ index: 1 });
    const before = (await rookery.instance("weather")).catchUpSeconds;
    await holdAnswer("PATCH", "/instances/weather", async () => {
      await page.waitForResponse(async (response) => {
        if (!response.url().endsWith("/instances/weather")) return false;
        return ((await response.json()) as { catchUpSeconds: unknown }).catchUpSeconds !== before;
      });
    });
    await save.click();
    await page.getByText(/^Saved\. weather/).waitFor();
    await page.getByRole("button", { name: "Save and restart", disabled: true }).waitFor();
  });

  it("is chosen when it is listed: the account that an instance is to be made for", async () => {
    const { page } = visit;
    const [first, second] = await rookery.api<Account[]>("GET", "/accounts");
    // As it was before the second one was added.
    const lists = `${rookery.url}/api/v1/accounts`;
    await page.route(lists, (route) => route.fulfill({ json: [first] }));
    await page.goto(`${rookery.url}/instances/new?account=${second?.id}`);
    const account = page.getByRole("combobox", { name: "Account" }).locator("option:checked");
    await expect.poll(() => account.innerText()).toBe(first?.userId);
    await page.unroute(lists);
    await rookery.api("PATCH", `/accounts/${first?.id}`, { prefix: "?" });
    await expect.poll(() => account.innerText()).toBe(second?.userId);
  });

  it("is said to be gone: a plugin", async () => {
    const { page } = visit;
    const dice = await rookery.addPlugin(await diceBundle());
    await page.goto(`${rookery.url}/plugins/${dice.id}`);
    await press("Uninstall…");
    await page.getByRole("textbox").fill(dice.name);
    await holdAnswer("DELETE", `/plugins/${dice.id}`, () =>
      page.getByRole("heading", { name: "This plugin is not installed" }).waitFor(),
    );
    await page.getByRole("dialog").getByRole("button", { name: "Uninstall" }).click();
    await page.getByText(`${dice.name} is uninstalled.`).waitFor();
    await page.getByRole("heading", { name: "Plugins" }).waitFor();
  });

  it("with nothing in the browser's console", () => {
    expect(visit.complaints).toEqual([]);
  });
});
