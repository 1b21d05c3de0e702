import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DevHomeserver, startDevHomeserver } from "@rookery/dev-homeserver";
import type { Backup } from "@rookery/host/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { OPERATOR, type Rookery, startRookery } from "../rookery/rookery.ts";
import { barriersInEveryLook } from "./every-look.ts";
import { type Album, openAlbum } from "./looks.ts";
import {
  closeMessages,
  goTo,
  openVisit,
  showPageOnFailure,
  signIn,
  stepByStep,
  type Visit,
} from "./visit.ts";

/** Of age's own documents. */
const RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

describeWith([isChromiumAvailable()], "who may manage a Rookery, on its page", () => {
  let rookery: Rookery;
  let visit: Visit;
  let adas: Visit;
  let album: Album;
  let link: string;
  let homeserver: DevHomeserver;
  let homeserverData: string;

  beforeAll(async () => {
    homeserverData = await mkdtemp(join(tmpdir(), "rookery-homeserver-"));
    homeserver = await startDevHomeserver({
      dataDir: homeserverData,
      serverName: "sso.test",
      singleSignOn: { user: "ssobot", confirm: true },
    });
    rookery = await startRookery();
    visit = await openVisit();
    adas = await openVisit();
    album = await openAlbum();
    await signIn(visit.page, rookery);
  });

  afterAll(async () => {
    await adas?.[Symbol.asyncDispose]();
    await visit?.[Symbol.asyncDispose]();
    await rookery?.dispose();
    await homeserver?.close();
    await rm(homeserverData, { recursive: true, force: true });
  });

  showPageOnFailure(() => visit);
  stepByStep();

  const dialog = () => visit.page.getByRole("dialog");
  const row = (of: string) => visit.page.getByRole("row").filter({ hasText: of });
  const tab = (name: string) =>
    visit.page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name }).click();
  const said = (text: string) => visit.page.getByText(text).waitFor();

  it("makes an API token, which is shown once and works", async () => {
    await goTo(visit.page, "Settings");
    await said("You have no API tokens.");
    await visit.page.getByRole("button", { name: "Make a token" }).click();
    await dialog().getByRole("button", { name: "Make a token" }).click();
    await dialog().getByText("This is needed.").waitFor();
    await dialog().getByRole("textbox", { name: "Name" }).fill("deploy script");
    await dialog().getByLabel("May").selectOption("See everything");
    await dialog().getByRole("button", { name: "Make a token" }).click();
    const token = await dialog()
      .getByText(/^rookery_/)
      .innerText();
    const authorization = `Bearer ${token}`;
    const asked = await fetch(`${rookery.url}/api/v1/session`, { headers: { authorization } });
    expect(await asked.json()).toMatchObject({ user: { name: OPERATOR.name, role: "viewer" } });
    await dialog().getByRole("button", { name: "I have copied it" }).click();
    await row("deploy script").getByText("See everything").waitFor();
    expect(await visit.page.content()).not.toContain(token);
    expect(await barriersInEveryLook(visit.page, album, "settings")).toEqual([]);

    await visit.page.getByRole("button", { name: "Revoke deploy script" }).click();
    await said("deploy script is revoked.");
    expect((await fetch(`${rookery.url}/api/v1/session`, { headers: { authorization } })).status).toBe(401);
  });

  it("adds a user, whose link lets them set a password and see what they may", async () => {
    await tab("Users");
    await visit.page.getByRole("button", { name: "Add a user" }).click();
    await dialog().getByRole("textbox", { name: "Name" }).fill("a d a");
    await dialog().getByRole("button", { name: "Add a user" }).click();
    await dialog().getByText("Only letters, digits, and . _ - are allowed.").waitFor();
    await dialog().getByRole("textbox", { name: "Name" }).fill("ada");
    await dialog().getByLabel("May").selectOption("See everything");
    await dialog().getByRole("button", { name: "Add a user" }).click();
    link = await dialog()
      .getByText(/welcome#token=/)
      .innerText();
    await dialog().getByRole("button", { name: "I have copied it" }).click();
    await row("ada").getByText("Has set no password yet").waitFor();
    await closeMessages(visit.page);
    expect(await barriersInEveryLook(visit.page, album, "users")).toEqual([]);

    const { page } = adas;
    await page.goto(link);
    await page.getByRole("textbox", { name: "Password" }).fill("a quiet afternoon");
    await page.getByRole("button", { name: "Set" }).click();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await goTo(page, "Settings");
    await page.getByRole("heading", { name: "Where you are signed in" }).waitFor();
    expect(await page.getByRole("link", { name: "Users" }).count()).toBe(0);
  });

  it("cannot take the role of the only admin away, and is told why", async () => {
    visit.expectComplaint(/status of 409/);
    await visit.page.getByLabel("What admin may do").selectOption("See everything");
    await said('"admin" is the only admin. Make somebody else an admin first.');
    expect(await visit.page.getByLabel("What admin may do").inputValue()).toBe("admin");
  });

  it("gives them another role, which holds at once, and disables them, which signs them out", async () => {
    const { page } = visit;
    adas.expectComplaint(/status of 401/);
    // Nobody has to wait for the list between two changes: it comes after both.
    const both = Promise.withResolvers<void>();
    await page.route("**/api/v1/users", async (route) => {
      if (route.request().method() === "GET") await both.promise;
      await route.continue();
    });
    await page.getByLabel("What ada may do").selectOption("Run plugins and instances");
    await said("ada: run plugins and instances, from now on.");
    const users = await rookery.api<{ name: string; role: string }[]>("GET", "/users");
    expect(users.find(({ name }) => name === "ada")?.role).toBe("deployer");
    await page.getByRole("button", { name: "Disable ada" }).click();
    await said("ada is disabled and signed out.");
    both.resolve();
    await adas.page.reload();
    await adas.page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  it("lets them in again", async () => {
    await visit.page.getByRole("button", { name: "Enable ada" }).click();
    await said("ada can sign in again.");
    await visit.page.unrouteAll();
  });

  it("makes them a new link, after saying what becomes of their password", async () => {
    await row("ada").getByText("Has a password").waitFor();
    await visit.page.getByRole("button", { name: "New link for ada" }).click();
    await dialog().getByText("the password of before is gone").waitFor();
    await dialog().getByRole("button", { name: "Make the link" }).click();
    const newer = await dialog()
      .getByText(/welcome#token=/)
      .innerText();
    expect(newer).not.toBe(link);
    await dialog().getByRole("button", { name: "I have copied it" }).click();
  });

  it("sees in the audit log who did what, what differs, and what was refused", async () => {
    await tab("Audit log");
    await row("changed a user: ada role: viewer → deployer").first().waitFor();
    await closeMessages(visit.page);
    expect(await barriersInEveryLook(visit.page, album, "audit-log")).toEqual([]);
    await visit.page.getByLabel("What was done").selectOption("changed a user");
    await row("made an API token").first().waitFor({ state: "detached" });
    const first = row("changed a user: ada").last();
    await first.getByText("Details").click();
    expect(await first.locator("pre").allInnerTexts()).toEqual([
      '{\n  "role": "viewer"\n}',
      '{\n  "role": "deployer"\n}',
    ]);
    // It is all in the address.
    await visit.page.reload();
    await row("changed a user: ada").first().waitFor();
    expect(await visit.page.getByLabel("What was done").inputValue()).toBe("user.change");
  });

  it("makes a backup, downloads it, and deletes it by its name", async () => {
    const { page } = visit;
    await tab("Backups");
    await said("There is no backup yet.");
    await said("None is made by itself");
    await page.getByRole("button", { name: "Make a backup" }).click();
    await page.getByText(/^rookery-.+\.tar\.zst is made\.$/).waitFor();
    const [backup] = await rookery.api<Backup[]>("GET", "/backups");
    const { name, size } = backup ?? expect.unreachable();
    await closeMessages(visit.page);
    expect(await barriersInEveryLook(page, album, "backups")).toEqual([]);
    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: `Download ${name}` }).click();
    const download = await downloading;
    expect([download.suggestedFilename(), (await stat(await download.path())).size]).toEqual([name, size]);
    const sealed = await rookery.api<Backup>("POST", "/backups", { recipients: [RECIPIENT] });
    await page.reload();
    await row(sealed.name)
      .getByText("encrypted: it takes an identity of age’s to read or verify it")
      .waitFor();
    expect(await row(name).getByText("encrypted").count()).toBe(0);
    await rookery.api("DELETE", `/backups/${sealed.name}`);
    await page.getByRole("button", { name: `Remove ${name}` }).click();
    await dialog().getByRole("textbox").fill(name);
    await dialog().getByRole("button", { name: "Remove" }).click();
    await said("There is no backup yet.");
    expect(await rookery.api("GET", "/backups")).toEqual([]);
  });

  it("reads whether the host is well, and with what it was started and by which variable", async () => {
    await tab("Health");
    await said("Rookery can do its work.");
    await row("logLevel").getByText("ROOKERY_LOG_LEVEL").waitFor();
    await visit.page.getByRole("switch", { name: /^Show all/ }).click();
    await row("limits.databaseMb").getByText("as it comes").waitFor();
    expect(await barriersInEveryLook(visit.page, album, null)).toEqual([]);
  });

  it("removes them by their name, with all that was theirs", async () => {
    await tab("Users");
    await visit.page.getByRole("button", { name: "Remove ada" }).click();
    await dialog().getByRole("textbox", { name: "Type ada to confirm" }).fill("ada");
    await dialog().getByRole("button", { name: "Remove" }).click();
    await said("ada is removed.");
    await row("ada").waitFor({ state: "detached" });
  });

  it("logs an account in by single sign-on, at a homeserver that is another site", async () => {
    const { page } = visit;
    await page.goto(`${rookery.url}/accounts`);
    await page.getByRole("link", { name: "Add an account" }).first().click();
    await page.getByLabel("Homeserver").fill(`http://localhost:${homeserver.port}`);
    await page.getByRole("button", { name: "Find the homeserver" }).click();
    await page.getByRole("radio", { name: "Log in by single sign-on" }).check();
    expect(await barriersInEveryLook(page, album, null)).toEqual([]);
    await page.getByRole("button", { name: "Go to the homeserver" }).click();
    const back = page.waitForRequest(/\/accounts\/sso\?/);
    await page.getByRole("link", { name: "Go on as @ssobot:sso.test" }).click();
    // `localhost` is another site than 127.0.0.1, and no `SameSite=Strict` cookie comes with who is sent by it.
    expect((await (await back).allHeaders()).cookie).toBeUndefined();
    await said("@ssobot:sso.test is logged in.");
    await page.getByRole("heading", { name: "@ssobot:sso.test" }).waitFor();
    await page.getByRole("main").getByText("Connected").waitFor();
    expect(page.url()).toMatch(/\/accounts\/[0-9a-f-]{36}$/);
    // No address with a token lies between here and the homeserver's page.
    await page.goBack();
    await page.getByRole("link", { name: "Go on as @ssobot:sso.test" }).waitFor();
  });

  it("is told why a single sign-on that it did not begin adds nothing, and where no token stays", async () => {
    const { page } = visit;
    visit.expectComplaint(/status of 422 .*\/accounts\/sso\/callback$/);
    visit.expectComplaint(/^ProblemError: Nobody waits for this single sign-on/);
    await page.goto(`${rookery.url}/accounts/sso?state=made-up&loginToken=a-guess`);
    await said("The single sign-on did not work");
    await said("Nobody waits for this single sign-on");
    expect(page.url()).toBe(`${rookery.url}/accounts/sso`);
    await page.getByRole("link", { name: "Add an account" }).click();
    await page.getByRole("heading", { name: "Add an account" }).waitFor();
    await page.goto(`${rookery.url}/settings`);
  });

  it("signs itself out everywhere else", async () => {
    const { page } = adas;
    await page.goto(rookery.url);
    await signIn(page, rookery);
    await tab("Your access");
    await visit.page.getByRole("button", { name: "Sign out everywhere else" }).click();
    await said("All your other sessions have ended.");
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  it("had nothing to complain about", () => {
    expect([...visit.complaints, ...adas.complaints]).toEqual([]);
  });
});
