import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { createPerson, type Person } from "../matrix/person.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { isSynapseAvailable, type Synapse, startSynapse } from "../synapse/synapse.ts";
import { chatOn } from "./chat.ts";
import { barriersInEveryLook } from "./every-look.ts";
import { type Album, openAlbum } from "./looks.ts";
import { goTo, openVisit, showPageOnFailure, stepByStep, type Visit } from "./visit.ts";

/** `npm start` runs just that; `fresh-clone.test.ts` shows what comes before it. */
const NPM_START = ["--playground"];

/** Nothing is pressed here but what the page itself proposes at that place; no address is typed but the printed link. */
describeWith(
  [isChromiumAvailable(), isSynapseAvailable()],
  "from npm start to a bot that answers in a room of Synapse, by what the page says",
  () => {
    let synapse: Synapse;
    let rookery: Rookery;
    let visit: Visit;
    let album: Album;
    let ada: Person;

    beforeAll(async () => {
      [synapse, rookery, visit] = await Promise.all([
        startSynapse(),
        startRookery({ args: NPM_START, signIn: false }),
        openVisit(),
      ]);
      album = await openAlbum();
      ada = await createPerson(synapse.url, await synapse.registerUser("ada", "ada's password"));
    });

    afterAll(async () => {
      await visit?.[Symbol.asyncDispose]();
      await rookery?.dispose();
      await synapse?.dispose();
    });

    showPageOnFailure(() => visit);
    stepByStep();

    const press = (name: string | RegExp) => visit.page.getByRole("button", { name }).click();
    const follow = (name: string | RegExp) => visit.page.getByRole("link", { name }).first().click();
    const nextStep = (title: string) => visit.page.getByRole("region", { name: title });

    it("the printed link asks for a password, and shows two bots that wait for a first word", async () => {
      const { page } = visit;
      await page.goto(rookery.signInLink ?? "");
      await page.getByRole("textbox", { name: "Name" }).fill("mira");
      await page.getByRole("textbox", { name: "Password" }).fill("a long enough sentence");
      await press("Set password and go on");
      await nextStep("Your bots wait for a first word").waitFor();
    });

    it("who has talked to one in the playground is shown the way to a room of their own", async () => {
      const { page } = visit;
      await follow("Open the playground");
      const chat = chatOn(page);
      await chat.say("!hello");
      await chat.message("hello, ").getByText("Hello, you!").waitFor();
      await goTo(visit.page, "Overview");
      await nextStep("From the playground to a room of yours").waitFor();
      expect(await barriersInEveryLook(page, album, null)).toEqual([]);
      await nextStep("From the playground to a room of yours").getByRole("link").click();
    });

    it("the account is registered there, and leads to an instance", async () => {
      const { page } = visit;
      await page.getByLabel("Homeserver").fill(synapse.url);
      await press("Find the homeserver");
      await page.getByRole("radio", { name: /registration token/ }).check();
      await page.getByRole("textbox", { name: "User name" }).fill("rook");
      await page
        .getByRole("textbox", { name: "Registration token" })
        .fill(await synapse.createRegistrationToken(1));
      await page.getByRole("button", { name: "Register", exact: true }).click();
      await nextStep("No instance uses it yet").getByRole("link", { name: "Create an instance" }).click();
    });

    it("the instance says what is left to do: an invitation, and a first word", async () => {
      const { page } = visit;
      const account = page.getByRole("combobox", { name: "Account" }).locator("option:checked");
      await expect.poll(() => account.innerText()).toBe(`@rook:${synapse.serverName}`);
      await press("Create an instance");
      const step = nextStep("It has answered nobody yet");
      await step.getByText(`Invite @rook:${synapse.serverName} to a room in your Matrix client`).waitFor();
      expect(await barriersInEveryLook(page, album, null)).toEqual([]);

      const bot = `@rook:${synapse.serverName}`;
      const roomId = await ada.createRoom([bot]);
      await ada.joined(roomId, bot);
      const help = await ada.say(roomId, "!help");
      await ada.until(roomId, (events) =>
        events.some(
          ({ sender, content }) =>
            sender === bot &&
            content["m.relates_to"]?.["m.in_reply_to"]?.event_id === help &&
            String(content.body).includes("!hello"),
        ),
      );
      await step.waitFor({ state: "detached" });
    });

    it("and then the overview proposes nothing more, and the console had nothing to say", async () => {
      await goTo(visit.page, "Overview");
      await visit.page.getByText("All 3 bots are well.").waitFor();
      expect(await nextStep("From the playground to a room of yours").count()).toBe(0);
      expect(visit.complaints).toEqual([]);
    });
  },
);
