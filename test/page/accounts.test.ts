import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DevHomeserver, startDevHomeserver } from "@rookery/dev-homeserver";
import type { Account } from "@rookery/host/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { createPerson, type Person } from "../matrix/person.ts";
import { register } from "../matrix/register.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { pictureSize } from "./chat.ts";
import { dragOver } from "./drag.ts";
import { barriersInEveryLook } from "./every-look.ts";
import { type Album, openAlbum } from "./looks.ts";
import { weatherBundle } from "./plugins.ts";
import {
  closeMessages,
  goTo,
  openVisit,
  showPageOnFailure,
  signIn,
  stepByStep,
  undoOn,
  type Visit,
} from "./visit.ts";

const TOKEN = "let-me-in";
const BOT = "@rook:rooks.test";
const PICTURE = join(import.meta.dirname, "../instagram/fixtures/square.png");

describeWith([isChromiumAvailable()], "an account, on its page", () => {
  let folder: string;
  let homeserver: DevHomeserver;
  let ada: Person;
  let rookery: Rookery;
  let visit: Visit;
  let album: Album;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rookery-homeserver-"));
    const registration = { tokens: [TOKEN] };
    homeserver = await startDevHomeserver({ dataDir: folder, serverName: "rooks.test", registration });
    ada = await createPerson(homeserver.url, await register(homeserver.url, "ada", TOKEN));
    rookery = await startRookery();
    await rookery.addPlugin(await weatherBundle());
    visit = await openVisit();
    album = await openAlbum();
    await signIn(visit.page, rookery);
  });

  afterAll(async () => {
    await visit?.[Symbol.asyncDispose]();
    await rookery?.dispose();
    await homeserver?.close();
    await rm(folder, { recursive: true, force: true });
  });

  showPageOnFailure(() => visit);
  stepByStep();

  const press = (name: string) => visit.page.getByRole("button", { name, exact: true }).click();
  const said = (text: string) => visit.page.getByText(text).waitFor();
  const heading = (name: string) => visit.page.getByRole("heading", { name, exact: true }).waitFor();
  const field = (name: string) => visit.page.getByRole("textbox", { name, exact: true });
  /** Those that are known are offered, so it is more than a text box. */
  const where = () => visit.page.getByRole("combobox", { name: "Homeserver" });
  const radio = (name: string) => visit.page.getByRole("radio", { name });
  const form = (name: string) => visit.page.getByRole("form", { name, exact: true });
  const row = (of: string) => visit.page.getByRole("row").filter({ hasText: of });
  const dialog = () => visit.page.getByRole("dialog");
  const tab = (name: string | RegExp) =>
    visit.page.getByRole("navigation", { name: BOT }).getByRole("link", { name }).click();
  const account = async () => {
    const [only] = await rookery.api<Account[]>("GET", "/accounts");
    if (!only) throw new Error("There is no account.");
    return only;
  };
  const room = async (name: string, more: object = {}) => {
    const body = { preset: "private_chat", name, invite: [BOT], ...more };
    return (await ada.request<{ room_id: string }>("POST", "/_matrix/client/v3/createRoom", body)).room_id;
  };
  const profile = () =>
    ada.request<{ displayname?: string; avatar_url?: string }>(
      "GET",
      `/_matrix/client/v3/profile/${encodeURIComponent(BOT)}`,
    );
  const barriers = async (picture: string | null) => {
    await closeMessages(visit.page);
    return await barriersInEveryLook(visit.page, album, picture);
  };

  it("asks where it lives, and says what is offered there: that first, and the rest behind one press", async () => {
    const { page } = visit;
    await goTo(page, "Accounts");
    await page.getByRole("link", { name: "Add an account" }).first().click();
    await where().fill("matrix.example.org/");
    await press("Find the homeserver");
    await said("A name such as example.org is needed");
    // No test has a name that is looked up: what the host would answer is made up.
    await where().fill("@rook:example.org");
    await page.route(/\/api\/v1\/homeserver\?address=%40rook%3Aexample.org$/, (route) =>
      route.fulfill({
        json: {
          ...{ homeserverUrl: "https://matrix.example.org", versions: ["v1.11"], sharedSecret: false },
          ...{ logins: ["m.login.password", "m.login.sso"], registration: "token" },
        },
      }),
    );
    await press("Find the homeserver");
    await said("example.org is served by https://matrix.example.org.");
    await said("It offers password, single sign-on and registration by token.");
    expect(await field("User name").inputValue()).toBe("@rook:example.org");
    // What was pressed is gone; one goes on from the first way.
    expect(await page.locator("input:focus").getAttribute("value")).toBe("password");
    await radio("Use an access token").waitFor({ state: "hidden" });
    expect(await barriers("account-new")).toEqual([]);
    await page.getByText("Other ways").click();
    await radio("Use an access token").check();
    await field("Access token").waitFor();
    await page.unrouteAll();
    await press("Choose another");
    expect(await page.locator("input:focus").inputValue()).toBe("@rook:example.org");
  });

  it("says at the field that nobody answers there, and what the homeserver did not take", async () => {
    const { page } = visit;
    visit.expectComplaint(/status of (502|422) /);
    await where().fill("http://127.0.0.1:1");
    await press("Find the homeserver");
    await page.getByText("http://127.0.0.1:1").first().waitFor();
    expect(await where().getAttribute("aria-invalid")).toBe("true");
    await where().fill(homeserver.url);
    await press("Find the homeserver");
    await said(`A homeserver answers at ${homeserver.url}.`);
    await said("It offers password and registration by token.");
    await radio("Register a new user with a registration token").check();
    await press("Register");
    await page.getByText("This is needed.").first().waitFor();
    await field("Registration token").fill("guessed");
    await field("User name").fill("ada");
    await press("Register");
    await said("@ada:rooks.test is taken (M_USER_IN_USE).");
    expect(await field("User name").getAttribute("aria-invalid")).toBe("true");
    await field("User name").fill("rook");
    await press("Register");
    await said("did not take the registration token");
    expect(await field("Registration token").getAttribute("aria-invalid")).toBe("true");
    await said("What comes next: it joins the rooms that it is invited to");
  });

  it("registers it by a registration token, and goes on to a bot", async () => {
    const { page } = visit;
    await field("Registration token").fill(TOKEN);
    await press("Register");
    await said(`${BOT} is logged in.`);
    await heading(BOT);
    await said("No instance uses it yet");
    await page.getByRole("main").getByText("Connected").waitFor();
    expect(await barriers(null)).toEqual([]);
    await page.getByRole("link", { name: "Create an instance" }).click();
    await field("Place").fill("Bregenz");
    await press("Create an instance");
    await said("weather is created.");
    expect((await rookery.instance("weather")).accountId).toBe((await account()).id);
  });

  it("is given a name and a picture, that is seen in round before it is anybody's", async () => {
    const { page } = visit;
    await goTo(page, "Accounts");
    await page.getByRole("link", { name: BOT }).click();
    await field("Display name").fill("Rook");
    await press("Save");
    await said(`${BOT} is called Rook now.`);
    expect(await profile()).toMatchObject({ displayname: "Rook" });

    const choose = async (file: { name: string; mimeType: string; buffer: Buffer }) => {
      const choosing = page.waitForEvent("filechooser");
      await press("Choose a picture");
      await (await choosing).setFiles(file);
    };
    const png = await readFile(PICTURE);
    await choose({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") });
    await said("notes.txt is no PNG, JPEG, GIF or WebP picture.");
    await choose({ name: "huge.png", mimeType: "image/png", buffer: Buffer.alloc(2 * 1024 * 1024 + 1) });
    await said("huge.png has 2.1 MB. A picture may have up to 2 MiB.");
    await choose({ name: "rook.png", mimeType: "image/png", buffer: png });
    const preview = page.getByRole("img", { name: "How it will look" });
    await preview.waitFor();
    const radius = `getComputedStyle(document.querySelector('img[alt="How it will look"]')).borderRadius`;
    expect(await page.evaluate(radius)).toBe("50%");
    expect((await profile()).avatar_url).toBeFalsy();
    await press("Use this picture");
    await said(`${BOT} has a new picture.`);
    const shown = page.getByRole("img", { name: `Picture of ${BOT}` });
    expect(await pictureSize(shown)).toEqual([320, 320]);
    expect(await ada.download((await profile()).avatar_url ?? "")).toEqual(png);
    expect(await barriers("account")).toEqual([]);

    await press("Remove the picture");
    await said(`${BOT} has no picture any more.`);
    expect((await profile()).avatar_url).toBeFalsy();
    await press("Undo");
    await shown.waitFor();
  });

  it("takes a picture that is dropped on the page", async () => {
    const { page } = visit;
    const picture = { name: "dropped.png", bytes: await readFile(PICTURE) };
    const letGo = await dragOver(page, picture, "Drop a picture for this account");
    await letGo();
    await said("dropped.png, ");
    await press("Cancel");
    await page.getByText("dropped.png, ").waitFor({ state: "detached" });
  });

  it("takes no invitation by itself when that is said, and shows in the list that some wait", async () => {
    const { page } = visit;
    await tab("Settings");
    await radio("Never").check();
    await form("Invitations").getByRole("button", { name: "Save" }).click();
    await said("Saved. What waited and is taken now");
    expect((await account()).autojoin).toEqual({ policy: "never", allow: [] });
    await room("Lobby");
    await room("Spam");
    await goTo(page, "Accounts");
    await page.getByRole("link", { name: "2 invitations wait" }).waitFor();
    expect(await barriers(null)).toEqual([]);
    await page.getByRole("link", { name: "2 invitations wait" }).click();
    await page.getByRole("link", { name: "Rooms (2 invitations)" }).waitFor();
  });

  it("accepts one, and rejects another", async () => {
    const { page } = visit;
    const invitation = page.getByRole("listitem").filter({ hasText: "Lobby" });
    await invitation.getByText("@ada:rooks.test").waitFor();
    await press("Accept the invitation to Lobby");
    await said(`${BOT} has joined Lobby.`);
    await row("Lobby").getByText("2", { exact: true }).waitFor();
    await row("Lobby").getByRole("link", { name: "weather" }).waitFor();
    expect(await barriers("account-rooms")).toEqual([]);
    await press("Reject the invitation to Spam");
    await said(`${BOT} has rejected the invitation to Spam.`);
    await said("No invitation waits.");
    await row("Spam").waitFor({ state: "detached" });
  });

  it("takes those of listed users and servers; each line is looked at while one types", async () => {
    await tab("Settings");
    await radio("From these users and servers").check();
    const list = visit.page.getByRole("textbox", { name: "Users and servers" });
    const save = form("Invitations").getByRole("button", { name: "Save" });
    await said("With nobody listed, choose Never.");
    await list.fill("@ada");
    await said('"@ada" has no server. Write @ada:example.org, or @ada:* for any.');
    expect(await save.isDisabled()).toBe(true);
    await list.fill("@ada:example.org\nhttps://example.org");
    await said('"https://example.org" is an address.');
    await list.fill("@ad*:rooks.test\n*.example.com");
    await save.click();
    await said("Saved. What waited and is taken now");
    expect((await account()).autojoin).toEqual({
      policy: "allow-list",
      allow: ["@ad*:rooks.test", "*.example.com"],
    });
    await ada.joined(await room("Workshop", { initial_state: ENCRYPTION }), BOT);
  });

  it("shows its rooms: whether they are encrypted, and which instances act there", async () => {
    await rookery.api("PATCH", "/instances/weather", { rooms: [await roomCalled("Lobby")] });
    await tab("Rooms");
    await row("Workshop").getByText("Encrypted", { exact: true }).waitFor();
    await row("Workshop").getByText("no instance").waitFor();
    await row("Lobby").getByRole("link", { name: "weather" }).waitFor();
  });

  it("leaves one when its name was typed", async () => {
    const { page } = visit;
    await press("Leave Workshop");
    await dialog().getByText("somebody there has to invite it again").waitFor();
    expect(await barriers(null)).toEqual([]);
    const leave = dialog().getByRole("button", { name: "Leave" });
    expect(await leave.isDisabled()).toBe(true);
    await dialog().getByRole("textbox", { name: "Type Workshop to confirm" }).fill("Workshop");
    await leave.click();
    await said(`${BOT} has left Workshop.`);
    await row("Workshop").waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "Joined rooms (1)" }).waitFor();
  });

  it("has its bots called by another prefix, and by yet another in a room that is chosen by name", async () => {
    const { page } = visit;
    await tab("Settings");
    const prefix = form("Command prefix");
    await prefix.getByLabel("Prefix").fill("bot ");
    await said("A prefix has no space in it.");
    await prefix.getByLabel("Prefix").fill("#");
    await said("People then write #help.");
    await prefix.getByRole("button", { name: "Save and restart its instance" }).click();
    await said(`Saved. The bots of ${BOT} are called by the new prefix.`);

    const rooms = form("Prefix in single rooms");
    await rooms.getByLabel("Add a room").selectOption("Lobby");
    expect(await page.locator("input:focus").inputValue()).toBe("#");
    await rooms.getByRole("textbox", { name: "Lobby" }).fill("rook.");
    await rooms.getByRole("button", { name: "Save and restart its instance" }).click();
    await said("are called by these prefixes.");
    const lobby = await roomCalled("Lobby");
    expect(await account()).toMatchObject({ prefix: "#", roomPrefixes: { [lobby]: "rook." } });
    await rookery.until("weather", ({ status }) => status === "running");
    await ada.say(lobby, "rook.weather");
    await ada.until(lobby, (events) => events.some(({ content }) => content.body?.includes("Bregenz: rain")));
    expect(await barriers("account-settings")).toEqual([]);
    await page.reload();
    expect(await rooms.getByRole("textbox", { name: "Lobby" }).inputValue()).toBe("rook.");
  });

  it("saves over nothing that somebody else changed meanwhile", async () => {
    const { page } = visit;
    const prefix = form("Command prefix").getByLabel("Prefix");
    await prefix.fill("%");
    await rookery.api("PATCH", `/accounts/${(await account()).id}`, { prefix: "$" });
    await said("Somebody changed it meanwhile");
    expect(await prefix.inputValue()).toBe("%");
    expect(await form("Command prefix").getByRole("button", { name: /^Save/ }).isDisabled()).toBe(true);
    await press("Load theirs");
    await page.getByText("Somebody changed it meanwhile").waitFor({ state: "detached" });
    expect(await prefix.inputValue()).toBe("$");
  });

  it("goes offline and comes back at once, and says what that does to its instance", async () => {
    const { page } = visit;
    const online = page.getByRole("switch", { name: "Online" });
    await online.press("Space");
    await said(`${BOT} is offline. Its instance waits until it is online again.`);
    await page.getByRole("main").getByText("Offline", { exact: true }).waitFor();
    await rookery.until("weather", ({ status }) => status === "blocked");
    await tab("Overview");
    await said("Offline: it reads nothing, joins nothing and says nothing");
    await goTo(page, "Accounts");
    await row(BOT).getByText("Offline").waitFor();
    await page.getByRole("link", { name: BOT }).click();
    await page.getByRole("switch", { name: "Online" }).click();
    await said(`${BOT} is online again.`);
    await undoOn(page, "Overview");
    await said(`${BOT} is offline.`);
    await page.goBack();
    await page.getByRole("switch", { name: "Online" }).click();
    await page.getByRole("main").getByText("Connected").waitFor();
    await rookery.until("weather", ({ status }) => status === "running");
  });

  it("shows those who may only look how it is, and nothing that they could not do", async () => {
    const mira = { name: "mira", role: "viewer" };
    const { link } = await rookery.api<{ link: { path: string } }>("POST", "/users", mira);
    await using miras = await openVisit();
    const { page } = miras;
    await page.goto(rookery.url + link.path);
    await page.getByRole("textbox", { name: "Password" }).fill("a quiet afternoon");
    await page.getByRole("button", { name: "Set" }).click();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await goTo(page, "Accounts");
    expect(await page.getByRole("link", { name: "Add an account" }).count()).toBe(0);
    await page.getByRole("link", { name: BOT }).click();
    await page.getByRole("img", { name: `Picture of ${BOT}` }).waitFor();
    expect(await page.getByRole("switch").count()).toBe(0);
    expect(await page.getByRole("button", { name: /Log out|Choose|Save/ }).count()).toBe(0);
    await page.getByRole("link", { name: "Settings" }).last().click();
    await page.getByText("Only an admin can change this.").waitFor();
    expect(await page.getByRole("radio", { name: "Never" }).isDisabled()).toBe(true);
    expect(miras.complaints).toEqual([]);
  });

  it("is logged out by its name, once no instance uses it", async () => {
    const { page } = visit;
    const inUse = "Log out. Delete the instances that use it first.";
    await page.getByRole("button", { name: inUse }).click({ force: true });
    expect(await dialog().count()).toBe(0);
    await rookery.api("DELETE", "/instances/weather");
    await press("Log out…");
    await dialog().getByRole("textbox").fill(BOT);
    // The page asks again for what changes, maybe also while it is being logged out.
    visit.expectComplaint(/status of 404 .*\/accounts\//);
    await dialog().getByRole("button", { name: "Log out" }).click();
    await said(`${BOT} is logged out.`);
    await heading("No accounts yet");
  });

  it("says of one that is not there where the others are", async () => {
    const { page } = visit;
    await page.goto(`${rookery.url}/accounts/no-such-account`);
    await heading("There is no such account");
    await page.getByRole("link", { name: "Show all accounts" }).click();
    await heading("Accounts");
  });

  it("with nothing in the browser's console", () => {
    expect(visit.complaints).toEqual([]);
  });

  async function roomCalled(name: string): Promise<string> {
    const { id } = await account();
    const rooms = await rookery.api<{ roomId: string; name: string }[]>("GET", `/accounts/${id}/rooms`);
    return rooms.find((each) => each.name === name)?.roomId ?? "";
  }
});

const ENCRYPTION = [
  { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
];
