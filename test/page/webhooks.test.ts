import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { startHooks } from "../webhooks/hooks.ts";
import { barriersOn } from "./axe.ts";
import { barriersInEveryLook } from "./every-look.ts";
import { type Album, openAlbum } from "./looks.ts";
import { openVisit, showPageOnFailure, signIn, type Visit } from "./visit.ts";

const HOOKS = `
bot.webhook("/github", ({ request, sendTo }) => sendTo(roomId, request.text()));
bot.webhook("/meta", { method: "GET", reply: true }, () => ({ status: 403 }));
bot.webhook("/meta", () => undefined);`;

describeWith([isChromiumAvailable()], "webhooks on the page of an instance", () => {
  let hooks: Awaited<ReturnType<typeof startHooks>>;
  let visit: Visit;
  let album: Album;

  beforeAll(async () => {
    [hooks, visit, album] = await Promise.all([startHooks(HOOKS), openVisit(), openAlbum()]);
    await signIn(visit.page, hooks.host);
  });
  afterAll(async () => {
    await visit?.[Symbol.asyncDispose]();
    await hooks?.[Symbol.asyncDispose]();
  });
  showPageOnFailure(() => visit);

  const row = (name: string | RegExp) => visit.page.getByRole("row", { name });

  it("have an address to copy, and say how the last call ended", async () => {
    const { page } = visit;
    const github = await hooks.url("/github");
    await fetch(github, { method: "POST", body: "pushed" });
    await fetch(github.replace("/github", "/meta"));
    await page.goto(`${hooks.host.url}/instances/hooks`);

    await row(/POST \/github .* 202 /).waitFor();
    await row(/GET \/meta .* 403 /).waitFor();
    await row(/POST \/meta .* Not called since Rookery started/).waitFor();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy the address of /github" }).click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(github);
  });

  it("look well, wide and narrow, light and dark, to everybody", async () => {
    const { page } = visit;
    await page.goto(`${hooks.host.url}/instances/hooks`);
    await row(/POST \/github/).waitFor();
    expect(await barriersInEveryLook(page, album, "instance-webhooks")).toEqual([]);
  });

  it("are a permission that the operator grants and takes back", async () => {
    const { page } = visit;
    await page.goto(`${hooks.host.url}/plugins/org.example.hooks`);
    const permission = page.getByRole("switch", { name: /be called from outside by webhooks/i });
    await permission.waitFor();
    expect(await permission.isChecked()).toBe(true);
    expect(await barriersInEveryLook(page, album, null)).toEqual([]);
    const url = await hooks.url("/github");
    await permission.press("Space");
    await expect.poll(async () => (await fetch(url, { method: "POST" })).status).toBe(503);
    await expect.poll(() => permission.isChecked()).toBe(false);
    // It cannot be switched while its last change is under way.
    await expect.poll(() => permission.isEnabled()).toBe(true);
    // And has the focus still.
    await page.keyboard.press("Space");
    await expect.poll(async () => (await fetch(url, { method: "POST", body: "again" })).status).toBe(202);
  });

  it("have none where nothing listens, and the overview says what to do", async () => {
    await using silent = await startHooks(HOOKS, {});
    await using other = await openVisit();
    const { page } = other;
    await signIn(page, silent.host);
    await page.getByText("hooks has webhooks, and Rookery listens for none.").waitFor();
    await page.goto(`${silent.host.url}/instances/hooks`);
    await page.getByText("Nothing listens for them. Set webhooks.port in rookery.yaml").waitFor();
    await page.getByRole("row", { name: /POST \/github .* none yet/ }).waitFor();
    expect(await barriersOn(page)).toEqual([]);
    expect(other.complaints).toEqual([]);
  });

  it("with nothing in the browser's console", () => {
    expect(visit.complaints).toEqual([]);
  });
});
