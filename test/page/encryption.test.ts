import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Encryption } from "@rookery/host/api";
import { ClientEvent } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/index.js";
import {
  VerificationPhase,
  type VerificationRequest,
  type Verifier,
} from "matrix-js-sdk/lib/crypto-api/verification.js";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { type EncryptedPerson, startEncryptedPerson } from "../crypto/encrypted-person.ts";
import { describeWith } from "../describe-with.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { isSynapseAvailable, type Synapse, startSynapse } from "../synapse/synapse.ts";
import { barriersInEveryLook } from "./every-look.ts";
import { type Album, LOOKS, look, openAlbum } from "./looks.ts";
import { goTo, openVisit, showPageOnFailure, signIn, stepByStep, type Visit } from "./visit.ts";

const PASSWORD = "the bot's password";
const HELLO = join(import.meta.dirname, "../../packages/host/dist/bundles/hello.mbp");

// Parts of the library use a logger of their own still.
for (const level of ["debug", "info", "log", "warn"] as const)
  vi.spyOn(console, level).mockImplementation(() => {});
// Files share a worker: the next one is heard again.
afterAll(() => void vi.restoreAllMocks());

describeWith(
  [isSynapseAvailable(), isChromiumAvailable()],
  "an account's encryption, on its page, with matrix-js-sdk as the other person",
  () => {
    let synapse: Synapse;
    let rookery: Rookery;
    let ada: EncryptedPerson;
    let visit: Visit;
    let album: Album;
    let bot: string;
    let account: { id: string; deviceId: string };
    let roomId: string;
    let recoveryKey: string;

    beforeAll(async () => {
      synapse = await startSynapse();
      [rookery, ada, visit, album] = await Promise.all([
        startRookery(),
        synapse
          .registerUser("ada", "ada's password")
          .then((login) => startEncryptedPerson(synapse.url, login)),
        openVisit(),
        openAlbum(),
      ]);
      await ada.client.getCrypto()?.bootstrapCrossSigning({
        authUploadDeviceSigningKeys: async (upload) => void (await upload(null)),
      });
      ({ userId: bot } = await synapse.registerUser("bot", PASSWORD));
      const { id: pluginId } = await rookery.addPlugin(await readFile(HELLO));
      account = await addAccount(rookery);
      await rookery.addInstance({ id: "hello", pluginId, accountId: account.id });
      await signIn(visit.page, rookery);
    });

    afterAll(async () => {
      await ada?.[Symbol.asyncDispose]();
      await visit?.[Symbol.asyncDispose]();
      await rookery?.dispose();
      await synapse?.dispose();
    });

    showPageOnFailure(() => visit);
    stepByStep();

    const addAccount = (host: Rookery) =>
      host.addAccount({ homeserverUrl: synapse.url, username: "bot", password: PASSWORD });
    const encryption = () => rookery.api<Encryption>("GET", `/accounts/${account.id}/encryption`);
    const isFocused = (element: Locator) => visit.page.locator(":focus").and(element).waitFor();
    const press = (name: string) => visit.page.getByRole("button", { name, exact: true }).click();
    const said = (text: string) => visit.page.getByText(text).first().waitFor();
    const dialog = () => visit.page.getByRole("dialog");
    const openTab = async () => {
      await goTo(visit.page, "Accounts");
      await visit.page.getByRole("link", { name: bot, exact: true }).first().click();
      const tabs = visit.page.getByRole("navigation", { name: bot });
      await tabs.getByRole("link", { name: "Encryption" }).click();
    };
    const barriers = async (picture: string | null) => {
      const found = await barriersInEveryLook(visit.page, album, picture);
      await look(visit.page, LOOKS[0]);
      return found;
    };
    /** The key that is shown this once. */
    const keyShown = async () => {
      await dialog().getByRole("heading", { name: "Keep this recovery key" }).waitFor();
      const shown = await dialog().locator("code").innerText();
      await press("I have copied it");
      await dialog().waitFor({ state: "hidden" });
      return shown;
    };

    it("says that it is not in use, and is set up by the keyboard alone: the recovery key is shown once", async () => {
      const { keyboard } = visit.page;
      await openTab();
      await said("Not in use yet");
      expect(await barriers(null)).toEqual([]);
      await visit.page.getByRole("button", { name: "Set up encryption…" }).press("Enter");
      await dialog().getByText("You then see the recovery key, once").waitFor();
      await isFocused(dialog().getByRole("button", { name: "Set up encryption", exact: true }));
      await keyboard.press("Enter");
      await dialog().getByRole("heading", { name: "Keep this recovery key" }).waitFor();
      expect(await barriers(null)).toEqual([]);
      recoveryKey = await dialog().locator("code").innerText();
      await isFocused(dialog().getByRole("button", { name: "Copy Recovery key" }));
      await keyboard.press("Tab");
      await keyboard.press("Enter");
      await dialog().waitFor({ state: "hidden" });
      await isFocused(visit.page.getByRole("heading", { name: bot, level: 1 }));
      expect(await visit.page.content()).not.toContain(recoveryKey);
      for (const state of ["In use", "Verified", "Keys backed up"])
        await visit.page.getByText(state, { exact: true }).waitFor();
      await said("Its keys are on this host.");
      await visit.page
        .getByText((await encryption()).fingerprint ?? "none", { exact: true })
        .first()
        .waitFor();
    });

    it("is cross-signed as matrix-js-sdk sees it, and the bot answers encrypted", async () => {
      roomId = await ada.roomWith(bot, { algorithm: "m.megolm.v1.aes-sha2" });
      await ada.client.sendTextMessage(roomId, "!hello");
      expect((await ada.hears(roomId, "Hello, ada!")).isEncrypted()).toBe(true);
      const crypto = ada.client.getCrypto();
      await crypto?.getUserDeviceInfo([bot], true);
      const status = await crypto?.getDeviceVerificationStatus(bot, account.deviceId);
      expect([status?.signedByOwner, status?.isVerified()]).toEqual([true, false]);
    });

    it("shows a verification as it comes, and the same emoji as the other side; then both are verified", async () => {
      const crypto = ada.client.getCrypto();
      const request = await crypto?.requestVerificationDM(bot, roomId);
      if (!request) throw new Error("Ada has no encryption.");
      await said("asks to verify this device by comparing emoji");
      const card = visit.page.getByRole("region", { name: "Verification" });
      await card.getByRole("button", { name: "Accept" }).press("Enter");
      const verifier = await startedBy(request);
      const verified = verify(verifier);
      const theirs = await vi.waitUntil(() => verifier.getShowSasCallbacks()?.sas.emoji, {
        ...{ timeout: 30_000, interval: 50 },
      });
      await said("see the same seven, in the same order?");
      const ours = await visit.page
        .getByRole("list", { name: "Emoji" })
        .getByRole("listitem")
        .allInnerTexts();
      expect(ours.map((text) => text.split("\n").filter(Boolean))).toEqual(theirs);
      expect(theirs).toHaveLength(7);
      expect(await barriers("account-encryption")).toEqual([]);
      // By the keyboard alone: the focus stays where it goes on.
      await isFocused(card);
      await visit.page.keyboard.press("Tab");
      await isFocused(card.getByRole("button", { name: "They match" }));
      await visit.page.keyboard.press("Enter");
      await said("to say that they match");
      await (await whenChanged(() => verifier.getShowSasCallbacks() ?? undefined)).confirm();
      await verified;
      await said("Verified with @ada");
      // Her signature comes back to her with a sync.
      await vi.waitUntil(async () => (await crypto?.getUserVerificationStatus(bot))?.isVerified(), {
        ...{ timeout: 30_000, interval: 100 },
      });
      expect((await crypto?.getDeviceVerificationStatus(bot, account.deviceId))?.isVerified()).toBe(true);
    });

    it("asks somebody in a room by itself, where a script has it ask", async () => {
      let asked: VerificationRequest | undefined;
      ada.client.once(CryptoEvent.VerificationRequestReceived, (request) => {
        asked = request;
      });
      const body = { with: { userId: ada.client.getSafeUserId(), roomId } };
      await rookery.api("POST", `/accounts/${account.id}/encryption/verifications`, body);
      await said("Waiting for @ada");
      const request = await whenChanged(() => asked);
      await request.accept();
      // Whoever asked begins the emoji.
      const verifier = await whenChanged(() => request.verifier);
      const verified = verify(verifier);
      await press("They match");
      await said("to say that they match");
      await (await whenChanged(() => verifier.getShowSasCallbacks() ?? undefined)).confirm();
      await verified;
      await said("Verified with @ada");
    });

    it("ends with a mismatch where the emoji are others, and says who ended it", async () => {
      // Her library forgets the one before with her next sync; until then it cancels a new one.
      const synced = new Promise((resolve) => ada.client.once(ClientEvent.Sync, resolve));
      await ada.client.sendTextMessage(roomId, "Once more.");
      await synced;
      const request = await ada.client.getCrypto()?.requestVerificationDM(bot, roomId);
      if (!request) throw new Error("Ada has no encryption.");
      await said("asks to verify this device by comparing emoji");
      await press("Accept");
      const verifier = await startedBy(request);
      const ended = verify(verifier).then(
        () => "verified",
        () => "cancelled",
      );
      await press("They do not match");
      expect(await ended).toBe("cancelled");
      await said("was ended here");
    });

    it("comes back on a new data directory by the recovery key alone, with the room keys of before", async () => {
      const { page } = visit;
      await vi.waitUntil(async () => ((await encryption()).backup?.backedUp ?? 0) > 0, {
        ...{ timeout: 30_000, interval: 200 },
      });
      const { total } = (await encryption()).backup ?? {};
      await page.goto("about:blank");
      await rookery.dispose();
      rookery = await startRookery();
      account = await addAccount(rookery);
      visit.expectComplaint(/status of 422 /);
      await signIn(page, rookery);
      await openTab();
      await said("The account has one, and this host does not have its keys.");
      await page.getByRole("textbox", { name: "Recovery key" }).fill("EsTc 1234");
      await press("Recover");
      await said("This is not the account's recovery key");
      expect(await barriers("account-recovery")).toEqual([]);
      await page.getByRole("textbox", { name: "Recovery key" }).fill(recoveryKey);
      await press("Recover");
      await said(`The backup had ${total === 1 ? "1 room key" : `${total} room keys`}.`);
      await said("Its keys are on this host.");
      await ada.client.getCrypto()?.getUserDeviceInfo([bot], true);
      const status = await ada.client.getCrypto()?.getDeviceVerificationStatus(bot, account.deviceId);
      expect(status?.isVerified()).toBe(true);
    });

    it("is reset by its name and the password that the homeserver asks for, and by nothing less", async () => {
      const { page } = visit;
      await press("Reset the identity…");
      await dialog().getByText("Everybody who verified the account sees a warning").waitFor();
      const confirm = dialog().getByRole("button", { name: "Reset the identity", exact: true });
      expect(await confirm.isDisabled()).toBe(true);
      await dialog()
        .getByRole("textbox", { name: `Type ${bot}` })
        .fill(bot);
      await confirm.click();
      await dialog().getByLabel(`Password of ${bot}`).fill("a guess");
      await confirm.click();
      await dialog().getByText("did not take this password").waitFor();
      expect(await barriers(null)).toEqual([]);
      await dialog().getByLabel(`Password of ${bot}`).fill(PASSWORD);
      await confirm.click();
      expect(await keyShown()).not.toBe(recoveryKey);
      await page.getByText("Verified", { exact: true }).first().waitFor();
      const crypto = ada.client.getCrypto();
      await crypto?.getUserDeviceInfo([bot], true);
      expect((await crypto?.getUserVerificationStatus(bot))?.isVerified()).toBe(false);
    });

    it("sends keys to whom the operator chooses, and the browser complained about nothing", async () => {
      await visit.page.getByRole("radio", { name: "Devices that their owners have verified" }).check();
      await press("Save");
      await said("It counts from the next message");
      expect(await rookery.api("GET", `/accounts/${account.id}`)).toMatchObject({
        encryptFor: "cross-signed",
      });
      expect(visit.complaints).toEqual([]);
    });
  },
);

/** Her library holds on to no verifier: the collector takes one that nobody else holds, and its end is never told. */
const held = new Set<Verifier>();

/** Goes through with it, as a client does that shows it. */
function verify(verifier: Verifier): Promise<void> {
  held.add(verifier);
  return verifier.verify();
}

/** The emoji of a request that was accepted. */
async function startedBy(request: VerificationRequest): Promise<Verifier> {
  await whenChanged(() => request.phase === VerificationPhase.Ready || undefined);
  return await request.startVerification("m.sas.v1");
}

async function whenChanged<T>(see: () => T | undefined): Promise<T> {
  return await vi.waitUntil(see, { timeout: 30_000, interval: 50 });
}
