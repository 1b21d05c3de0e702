import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { createPerson, type Person, type RoomEvent } from "../matrix/person.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { isSynapseAvailable, type Synapse, startSynapse } from "../synapse/synapse.ts";
import { weatherBundle } from "./plugins.ts";
import { goTo, openVisit, showPageOnFailure, signIn, stepByStep, type Visit, WIDTHS } from "./visit.ts";

let synapse: Synapse;

beforeAll(async () => {
  if (isSynapseAvailable().available) synapse = await startSynapse();
});

afterAll(async () => await synapse?.dispose());

for (const viewport of WIDTHS) {
  describeWith(
    [isChromiumAvailable(), isSynapseAvailable()],
    `an operator, with the page and a real Synapse, at ${viewport.width} px`,
    () => {
      /** One Synapse for both widths, with users of their own. */
      const [bot, spare] = [`weatherbot${viewport.width}`, `spare${viewport.width}`];
      let rookery: Rookery;
      let visit: Visit;
      let ada: Person;
      let roomId: string;
      const botId = () => `@${bot}:${synapse.serverName}`;

      beforeAll(async () => {
        [rookery, visit] = await Promise.all([startRookery(), openVisit({ viewport })]);
        const login = await synapse.registerUser(`ada${viewport.width}`, "ada's password");
        ada = await createPerson(synapse.url, login);
        await synapse.registerUser(bot, "the bot's password");
        await signIn(visit.page, rookery);
      });

      afterAll(async () => {
        await visit?.[Symbol.asyncDispose]();
        await rookery?.dispose();
      });

      showPageOnFailure(() => visit);
      stepByStep();

      /** Says something in the room, and gives the bot's answer to it. */
      async function ask(text: string): Promise<string> {
        const id = await ada.say(roomId, text);
        const isAnswer = ({ sender, content }: RoomEvent) =>
          sender === botId() && content["m.relates_to"]?.["m.in_reply_to"]?.event_id === id;
        return (await ada.until(roomId, (seen) => seen.some(isAnswer))).find(isAnswer)?.content.body;
      }

      const status = (word: string) => visit.page.getByRole("main").getByRole("status").getByText(word);
      const press = (name: string) => visit.page.getByRole("button", { name, exact: true }).click();
      const tab = (name: string) =>
        visit.page.getByRole("navigation", { name: "weather" }).getByRole("link", { name }).click();

      it("is led from an empty host to the upload of a bundle", async () => {
        const { page } = visit;
        await page.getByRole("heading", { name: "Three steps to a running bot" }).waitFor();
        await page.getByRole("link", { name: "Step 1: Install a plugin" }).click();
        const choosing = page.waitForEvent("filechooser");
        await page.getByRole("button", { name: "Upload a bundle" }).first().click();
        await (await choosing).setFiles({
          name: "weather.mbp",
          mimeType: "application/octet-stream",
          buffer: await weatherBundle(),
        });
        await page.getByText("Weather 1.0.0 is installed.").waitFor();
        await page.getByRole("heading", { name: "Weather", level: 1 }).waitFor();
      });

      it("reads in plain words what the plugin asks for, grants it, or lets it go on without", async () => {
        const { page } = visit;
        await page.getByText("2 permissions wait for your decision.").waitFor();
        const fetches = page.getByRole("switch", { name: /connect to api.weather.example/ });
        const runs = page.getByRole("switch", { name: /run the program ffmpeg/ });
        await page.getByText("It can send what it reads in its rooms to there.").waitFor();
        await page.getByText("It runs outside the sandbox").waitFor();
        await fetches.click();
        await page.getByText("One permission waits for your decision.").waitFor();
        expect(await fetches.isChecked()).toBe(true);
        expect(await runs.isChecked()).toBe(false);
        await press("Go on without");
        await page.getByText("One permission waits for your decision.").waitFor({ state: "detached" });
        await page.getByText("Not granted: it goes on without.").waitFor();
        expect(await runs.isChecked()).toBe(false);
        await runs.click();
        await page.getByRole("switch", { name: "May run the program ffmpeg" }).waitFor();
        expect(await runs.isChecked()).toBe(true);
      });

      it("adds an account by its password, after a wrong one was refused in words", async () => {
        const { page } = visit;
        await goTo(page, "Accounts");
        await page.getByRole("link", { name: "Add an account" }).first().click();
        await page.getByLabel("Homeserver").fill(synapse.url);
        await press("Find the homeserver");
        await page.getByRole("radio", { name: "Log in with its password" }).check();
        await page.getByRole("textbox", { name: "User name" }).fill(bot);
        const password = page.getByRole("textbox", { name: "Password" });
        await password.fill("not the password");
        visit.expectComplaint(/status of 422 .*\/accounts$/);
        await press("Log in");
        await page.getByText(/Invalid username or password/).waitFor();
        expect(await password.getAttribute("aria-invalid")).toBe("true");
        await password.fill("the bot's password");
        await press("Log in");
        await page.getByRole("heading", { name: botId() }).waitFor();
        await page.getByRole("main").getByText("Connected").waitFor();
        roomId = await ada.createRoom([botId()]);
        await ada.joined(roomId, botId());
      });

      it("registers a user for another bot by a registration token, and logs it out again", async () => {
        const { page } = visit;
        const userId = `@${spare}:${synapse.serverName}`;
        await goTo(page, "Accounts");
        await page.getByRole("link", { name: "Add an account" }).click();
        await page.getByLabel("Homeserver").fill(synapse.url);
        await press("Find the homeserver");
        await page.getByText(/It offers password, registration by token/).waitFor();
        await page.getByRole("radio", { name: "Register a new user with a registration token" }).check();
        await page.getByRole("textbox", { name: "Registration token" }).fill("a guess");
        await page.getByRole("textbox", { name: "User name" }).fill(spare);
        await press("Register");
        await page.getByText(/did not take the registration token/).waitFor();
        const token = await synapse.createRegistrationToken(1);
        await page.getByRole("textbox", { name: "Registration token" }).fill(token);
        await press("Register");
        await page.getByRole("heading", { name: userId }).waitFor();
        await page.getByRole("main").getByText("Connected").waitFor();
        await press("Log out…");
        await page.getByRole("dialog").getByRole("textbox").fill(userId);
        // The page asks again for what changes, maybe also while it is being logged out.
        visit.expectComplaint(/status of 404 .*\/accounts\//);
        await page.getByRole("dialog").getByRole("button", { name: "Log out" }).click();
        await page.getByText(`${userId} is logged out.`).waitFor();
      });

      it("creates an instance, and is told at the field when a value of its config is wrong", async () => {
        const { page } = visit;
        await goTo(page, "Overview");
        await page.getByRole("link", { name: "Step 3: Create an instance" }).click();
        await page.getByRole("textbox", { name: "Place" }).fill("B");
        await page.getByRole("textbox", { name: "Days" }).fill("3");
        await press("Create an instance");
        const place = page.getByRole("textbox", { name: "Place" });
        expect(await place.getAttribute("aria-invalid")).toBe("true");
        expect(await page.getByRole("textbox", { name: "Days" }).getAttribute("aria-invalid")).toBe("true");
        await place.fill("Bregenz");
        await page.getByRole("textbox", { name: "Days" }).fill("1");
        await press("Create an instance");
        await page.getByText("weather is created.").waitFor();
        await status("Running").waitFor();
      });

      it("sees it answer in a room of Synapse", async () => {
        const { page } = visit;
        expect(await ask("!weather")).toBe("Bregenz: rain");
        const sent = page.getByRole("definition").nth(1);
        await sent.getByText("1", { exact: true }).waitFor();
      });

      it("stops, starts and restarts it", async () => {
        await press("Stop weather");
        await status("Stopped").waitFor();
        await press("Start weather");
        await status("Running").waitFor();
        await press("Restart weather");
        await visit.page.getByText("weather is restarting.").waitFor();
        await status("Running").waitFor();
        expect(await ask("!weather")).toBe("Bregenz: rain");
      });

      it("changes its config, and the bot goes by it", async () => {
        const { page } = visit;
        await tab("Config");
        await page.getByRole("textbox", { name: "Place" }).fill("Atlantis");
        await page.getByRole("switch", { name: "With emoji" }).press("Space");
        await page.getByText("Changed: Place, With emoji.").waitFor();
        await press("Save and restart");
        await page.getByText("Saved. weather restarts with the new config.").waitFor();
        await status("Running").waitFor();
        expect((await rookery.instance("weather")).config).toEqual({
          place: "Atlantis",
          days: 1,
          emoji: true,
        });
      });

      it("reads in its log why a handler failed, down to the line of the author's file", async () => {
        const { page } = visit;
        await ada.say(roomId, "!weather");
        await tab("Logs");
        const log = page.getByRole("log", { name: "Logs" });
        await log.getByText("Telling the weather of Atlantis.").waitFor();
        await log.getByText("Where it happened").click();
        await log.getByText(/^Error: There is no weather station in Atlantis\./).waitFor();
        await log.getByText(/at forecastFor \(.*src\/index\.ts:6:\d+\)/).waitFor();
        await page.getByRole("combobox", { name: "Level" }).selectOption({ label: "Errors only" });
        await log.getByText("Telling the weather of Atlantis.").waitFor({ state: "detached" });
        await page.getByRole("textbox", { name: "Search the log" }).fill("nothing like this");
        await log.getByText("No line matches.").waitFor();
      });

      it("takes a host from it that its plugin may reach, and lets it act in one room only", async () => {
        const { page } = visit;
        await tab("Permissions");
        await page.getByText("Not used yet.").first().waitFor();
        await page.getByRole("switch", { name: /connect to api.weather.example/ }).click();
        await page.getByText("Its plugin has it, this instance does not.").waitFor();
        await page.getByRole("switch", { name: "Only in some rooms of its account" }).click();
        const rooms = page.getByRole("textbox", { name: "Room IDs" });
        await rooms.fill("#lobby:example.org");
        await page.getByText("A room ID starts with an exclamation mark").waitFor();
        await rooms.fill(roomId);
        await press("Save and restart");
        await page.getByText("Saved. weather restarts with these rooms.").waitFor();
        expect(await rookery.instance("weather")).toMatchObject({
          withheld: { network: ["api.weather.example"] },
          rooms: [roomId],
        });
      });

      it("deletes it, by typing its name", async () => {
        const { page } = visit;
        await tab("Settings");
        await press("Delete this instance…");
        const dialog = page.getByRole("dialog", { name: "Delete weather?" });
        expect(await dialog.getByRole("button", { name: "Delete" }).isDisabled()).toBe(true);
        await dialog.getByRole("textbox").fill("weather");
        // The page asks again for what changes, maybe also while it is being deleted.
        visit.expectComplaint(/status of 404 .*\/instances\/weather$/);
        await dialog.getByRole("button", { name: "Delete" }).click();
        await page.getByText("weather is deleted.").waitFor();
        await page.getByRole("heading", { name: "No instances yet" }).waitFor();
      });

      it("uninstalls the plugin and logs the account out", async () => {
        const { page } = visit;
        await goTo(page, "Plugins");
        await page.getByRole("link", { name: "Weather" }).click();
        await press("Uninstall…");
        const dialog = page.getByRole("dialog");
        await dialog.getByRole("textbox").fill("Weather");
        await dialog.getByRole("button", { name: "Uninstall" }).click();
        await page.getByRole("heading", { name: "No plugins yet" }).waitFor();

        await goTo(page, "Accounts");
        await page.getByRole("link", { name: botId() }).click();
        await press("Log out…");
        await dialog.getByRole("textbox").fill(botId());
        await dialog.getByRole("button", { name: "Log out" }).click();
        await page.getByRole("heading", { name: "No accounts yet" }).waitFor();
      });

      it("sees nothing in the browser's console", () => {
        expect(visit.complaints).toEqual([]);
      });
    },
  );
}
