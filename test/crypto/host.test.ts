import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { describeWith } from "../describe-with.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { isSynapseAvailable, type Synapse, startSynapse } from "../synapse/synapse.ts";
import { type EncryptedPerson, startEncryptedPerson } from "./encrypted-person.ts";

const MEGOLM = "m.megolm.v1.aes-sha2";
const BUNDLES = join(import.meta.dirname, "../../packages/host/dist/bundles");

// Parts of the library use a logger of their own still.
for (const level of ["debug", "info", "log", "warn", "error"] as const)
  vi.spyOn(console, level).mockImplementation(() => {});

describeWith([isSynapseAvailable()], "a bot in encrypted rooms of a real Synapse", () => {
  let synapse: Synapse;
  let rookery: Rookery;
  let ada: EncryptedPerson;
  let botId: string;

  beforeAll(async () => {
    synapse = await startSynapse();
    rookery = await startRookery();
    ada = await startEncryptedPerson(synapse.url, await synapse.registerUser("ada", "ada's password"));
    const { id: pluginId } = await rookery.addPlugin(await readFile(join(BUNDLES, "hello.mbp")));
    ({ userId: botId } = await synapse.registerUser("bot", "the bot's password"));
    const account = await rookery.addAccount({
      homeserverUrl: synapse.url,
      username: "bot",
      password: "the bot's password",
    });
    await rookery.addInstance({ id: "hello", pluginId, accountId: account.id });
  });

  afterAll(async () => {
    await ada?.[Symbol.asyncDispose]();
    await rookery?.dispose();
    await synapse?.dispose();
  });

  test("it answers", async () => {
    const roomId = await ada.roomWith(botId, { algorithm: MEGOLM });
    await ada.client.sendTextMessage(roomId, "!hello");
    const answer = await ada.hears(roomId, "Hello, ada!");
    expect(answer.isEncrypted()).toBe(true);
    process.stderr.write(JSON.stringify(answer.event) + JSON.stringify(answer.getClearContent()));
  });
});
