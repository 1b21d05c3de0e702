import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { laterWeatherBundle, weatherBundle } from "./plugins.ts";
import { openVisit, showPageOnFailure, signIn, stepByStep, type Visit } from "./visit.ts";

describeWith([isChromiumAvailable()], "what somebody else changes while it is edited", () => {
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

  const place = () => visit.page.getByRole("textbox", { name: "Place" });
  const press = (name: string) => visit.page.getByRole("button", { name, exact: true }).click();
  const change = (more: object) => rookery.api("PATCH", "/instances/weather", more);

  it("a config stays as it was edited, and cannot be saved over theirs", async () => {
    const { page } = visit;
    await page.goto(`${rookery.url}/instances/weather/config`);
    await place().fill("Linz");
    await change({ config: { place: "Graz" } });
    await page.getByText("Somebody changed it meanwhile").waitFor();
    expect(await place().inputValue()).toBe("Linz");
    await page.getByRole("button", { name: "Save and restart", disabled: true }).waitFor();
  });

  it("is theirs when that is asked for, and can be changed then", async () => {
    const { page } = visit;
    await press("Load theirs");
    await page.getByText("Nothing changed yet.").waitFor();
    expect(await place().inputValue()).toBe("Graz");
    await place().fill("Linz");
    // What is no part of the form is nothing to be asked about.
    const seen = page.waitForResponse(async (response) => {
      if (!response.url().endsWith("/instances/weather")) return false;
      return ((await response.json()) as { catchUpSeconds: unknown }).catchUpSeconds === 60;
    });
    await change({ catchUpSeconds: 60 });
    await seen;
    await press("Save and restart");
    await page.getByText("Saved. weather restarts with the new config.").waitFor();
    expect(await rookery.instance("weather")).toMatchObject({
      config: { place: "Linz" },
      catchUpSeconds: 60,
    });
  });

  it("is refused where the page did not see their change yet", async () => {
    const { page } = visit;
    const url = `${rookery.url}/api/v1/instances/weather`;
    visit.expectComplaint(/status of 412/);
    await place().fill("Bern");
    // What the page asks for meanwhile is answered when it has tried to save.
    await page.route(url, (route) =>
      route.request().method() === "GET" ? new Promise<void>(() => undefined) : route.continue(),
    );
    await change({ config: { place: "Chur" } });
    await press("Save and restart");
    await page.getByText("Somebody changed it meanwhile").waitFor();
    expect(await rookery.instance("weather")).toMatchObject({ config: { place: "Chur" } });
  });

  it("holds for the rooms in which it may act, too", async () => {
    const { page } = visit;
    await page.unrouteAll();
    await page.goto(`${rookery.url}/instances/weather/permissions`);
    await page.getByRole("switch", { name: "Only in some rooms of its account" }).click();
    const rooms = page.getByRole("textbox", { name: "Room IDs" });
    await rooms.fill("!mine:example.org");
    await change({ rooms: ["!theirs:example.org"] });
    await page.getByText("Somebody changed it meanwhile").waitFor();
    expect(await rooms.inputValue()).toBe("!mine:example.org");
    await press("Load theirs");
    await page.getByText("Somebody changed it meanwhile").waitFor({ state: "hidden" });
    expect(await rooms.inputValue()).toBe("!theirs:example.org");
  });

  it("holds for the age up to which it catches up, too", async () => {
    const { page } = visit;
    await page.goto(`${rookery.url}/instances/weather/settings`);
    const age = page.getByRole("combobox", { name: "Answer messages up to this age" });
    await age.selectOption("300");
    await change({ catchUpSeconds: 3_600 });
    await page.getByText("Somebody changed it meanwhile").waitFor();
    expect(await age.inputValue()).toBe("300");
    await page.getByRole("button", { name: "Save and restart", disabled: true }).waitFor();
    await press("Load theirs");
    await page.getByText("Somebody changed it meanwhile").waitFor({ state: "hidden" });
    expect(await age.inputValue()).toBe("3600");
    await age.selectOption("86400");
    const { etag } = await rookery.instance("weather");
    const saved = page.waitForRequest((request) => request.method() === "PATCH");
    await press("Save and restart");
    expect((await saved).headers()["if-match"]).toBe(etag);
    await rookery.until("weather", ({ catchUpSeconds }) => catchUpSeconds === 86_400);
  });

  it("keeps what is typed while the save before it is under way", async () => {
    const { page } = visit;
    await page.goto(`${rookery.url}/instances/weather/permissions`);
    const rooms = page.getByRole("textbox", { name: "Room IDs" });
    await rooms.fill("!one:example.org");
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    await page.route(`${rookery.url}/api/v1/instances/weather`, async (route) => {
      if (route.request().method() === "PATCH") await held;
      await route.continue();
    });
    await press("Save and restart");
    await rooms.fill("!one:example.org\n!two:example.org");
    release();
    await page
      .getByText(/may act in/)
      .or(page.getByText(/^Saved/))
      .first()
      .waitFor();
    expect(await rooms.inputValue()).toBe("!one:example.org\n!two:example.org");
    await press("Save and restart");
    await rookery.until("weather", ({ rooms: now }) => now?.length === 2);
    await page.unrouteAll();
  });

  it("is not what one did oneself, right before: an edited config is saved after a press on Stop", async () => {
    const { page } = visit;
    await page.goto(`${rookery.url}/instances/weather/config`);
    await place().fill("Wels");
    await page.getByText("Changed: Place.").waitFor();
    // What the page asks for after the one comes after the other.
    const both = Promise.withResolvers<void>();
    await page.route("**/api/v1/instances/weather", async (route) => {
      if (route.request().method() === "GET") await both.promise;
      await route.continue();
    });
    await press("Stop weather");
    await page.getByText("weather is stopping.").waitFor();
    await press("Save");
    await page.getByText(/^Saved\. weather/).waitFor();
    both.resolve();
    await page.getByText("Nothing changed yet.").waitFor();
    await page.unrouteAll();
    expect(await rookery.instance("weather")).toMatchObject({ enabled: false, config: { place: "Wels" } });
  });

  it("is not what one did oneself: a permission, right after another version; a config waits to be read anew", async () => {
    const { page } = visit;
    const link = (name: string) => page.getByRole("link", { name, exact: true }).first();
    await rookery.api("POST", "/plugins", await laterWeatherBundle("1.1.0"));
    await page.goto(`${rookery.url}/instances/weather/config`);
    await place().waitFor();
    await page.getByRole("link", { name: "Plugins" }).click();
    await link("Weather").click();
    await page.getByRole("button", { name: "Grant it and upgrade to 1.1.0" }).waitFor();
    const api = page.getByRole("switch", { name: /connect to api\.weather\.example/ });
    await api.waitFor();
    // The page reads neither anew until then.
    const read = Promise.withResolvers<void>();
    for (const of of ["plugins", "instances/weather"]) {
      await page.route(`**/api/v1/${of}`, async (route) => {
        if (route.request().method() === "GET") await read.promise;
        await route.continue();
      });
    }
    await press("Grant it and upgrade to 1.1.0");
    await page.getByText("Weather runs version 1.1.0.").waitFor();
    await press("Go back to 1.0.0");
    await page.getByText("Weather runs version 1.0.0.").waitFor();
    await api.click();
    await page.getByRole("switch", { name: /connect to api\.weather\.example/, checked: false }).waitFor();
    const asked = page.waitForRequest("**/api/v1/instances/weather");
    await link("weather").click();
    await asked;
    const tabs = page.getByRole("navigation", { name: "weather" });
    await tabs.getByRole("link", { name: "Config" }).click();
    await tabs.locator("[aria-current]").getByText("Config").waitFor();
    expect(await place().count()).toBe(0);
    read.resolve();
    await place().fill("Enns");
    await press("Save");
    await page.getByText(/^Saved\. weather/).waitFor();
    await page.unrouteAll();
  });

  it("asks before it leaves what was typed about one instance behind for another one", async () => {
    const { page } = visit;
    const { pluginId, accountId } = await rookery.instance("weather");
    await rookery.addInstance({ id: "rain", pluginId, accountId, config: { place: "Ulm" } });
    await change({ config: { place: "Ulm" } });
    const search = async (words: string) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: /^Go to/ }).fill(words);
      await page.getByRole("option", { name: words }).first().waitFor();
      await page.keyboard.press("Enter");
    };
    await page.goto(`${rookery.url}/instances/rain/config`);
    await place().waitFor();
    await search("Config of weather");
    await page.getByRole("heading", { name: "weather", level: 1 }).waitFor();
    await place().fill("Linz");
    await search("Config of rain");
    await page.getByRole("dialog", { name: "Lose what you typed?" }).waitFor();
    await press("Go on typing");
    expect([await place().inputValue(), new URL(page.url()).pathname]).toEqual([
      ...["Linz", "/instances/weather/config"],
    ]);
    await page.goBack();
    await press("Go on typing");
    expect(await place().inputValue()).toBe("Linz");
    await search("Config of rain");
    await press("Leave without saving");
    await page.getByRole("heading", { name: "rain", level: 1 }).waitFor();
    expect(await place().inputValue()).toBe("Ulm");
    await page.getByText("Nothing changed yet.").waitFor();
  });

  it("with nothing in the browser's console but the refusal", () => {
    expect(visit.complaints).toEqual([]);
  });
});
