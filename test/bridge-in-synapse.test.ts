import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initAsync } from "@matrix-org/matrix-sdk-crypto-wasm";
import type { Encryption, FailedDelivery, InstancePermission } from "@rookery/host/api";
import type { MatrixEvent } from "matrix-js-sdk";
import { EventShieldReason } from "matrix-js-sdk/lib/crypto-api/index.js";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startEncryptedPerson } from "./crypto/encrypted-person.ts";
import { describeWith } from "./describe-with.ts";
import { bundleOf } from "./hostile/plugins.ts";
import { createPerson, type RoomEvent } from "./matrix/person.ts";
import { register } from "./matrix/register.ts";
import { type Rookery, startRookery } from "./rookery/rookery.ts";
import { type Appservice, writeAppservice } from "./synapse/appservice.ts";
import { isSynapseAvailable, type Synapse, startSynapse } from "./synapse/synapse.ts";

const BRIDGE = `
import { definePlugin, Type } from "@rookery/plugin-sdk";

export default definePlugin({
  setup(bot) {
    bot.command("say", { description: "Say it as Ada", args: { text: Type.String() } }, async (ctx) => {
      const ada = ctx.as("slack_ada");
      await ada.setProfile({ displayName: "Ada (Slack)" });
      await ada.send(ctx.args.text);
    });
    bot.command("refused", "Act as somebody of another namespace", (ctx) => ctx.as("irc_ada").send("hi"));
    bot.command(
      "as",
      { description: "Say it as somebody", args: { who: Type.String(), text: Type.String() } },
      (ctx) => ctx.as(ctx.args.who).send(ctx.args.text),
    );
    bot.hears("echo", (ctx) => ctx.send("heard " + ctx.sender.userId));
  },
});
`;

// Parts of matrix-js-sdk use a logger of their own still.
for (const level of ["debug", "info", "log", "warn", "error"] as const)
  vi.spyOn(console, level).mockImplementation(() => {});
// Files share a worker: the next one is heard again.
afterAll(() => void vi.restoreAllMocks());

const ADA = "@slack_ada:rook.test";
const isMessage = ({ type }: RoomEvent) => type === "m.room.message";

/** Waits until a delivery of the instance has failed, and is kept. */
async function firstFailure(rookery: Rookery, id: string): Promise<FailedDelivery> {
  for (;;) {
    const [failed] = await rookery.api<FailedDelivery[]>("GET", `/instances/${id}/failed-deliveries`);
    if (failed) return failed;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describeWith([isSynapseAvailable()], "a bridge in Synapse", () => {
  let folder: string;
  let slack: Appservice;
  let irc: Appservice;
  let synapse: Synapse;
  let rookery: Rookery;
  let pluginId: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rookery-bridge-"));
    slack = await writeAppservice(folder, "slack");
    irc = await writeAppservice(folder, "irc", { makesDevices: true });
    const bundle = await bundleOf("bridge", BRIDGE, { impersonate: ["slack_*", "irc_*"] });
    [synapse, rookery] = await Promise.all([
      startSynapse({ registration: "open", appservices: [slack.file, irc.file] }),
      startRookery(),
      initAsync(),
    ]);
    ({ id: pluginId } = await rookery.addPlugin(bundle));
  });

  afterAll(async () => {
    await rookery?.dispose();
    await synapse?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const addBot = ({ asToken }: Appservice, username: string) =>
    rookery.addAccount({ homeserverUrl: synapse.url, accessToken: asToken, username });

  test("says what it is told as a user of its namespace, once, and answers nobody of its own", async () => {
    const account = await addBot(slack, "slack_bot");
    expect(account).toMatchObject({ userId: "@slack_bot:rook.test", isApplicationService: true });
    const asSender = { homeserverUrl: synapse.url, accessToken: slack.asToken };
    await expect(rookery.addAccount(asSender)).rejects.toThrow("name a user of its namespace");
    // What it was logged in with for that is ended.
    const devices = await fetch(`${synapse.url}/_matrix/client/v3/devices`, {
      headers: { authorization: `Bearer ${slack.asToken}` },
    });
    expect(await devices.json()).toEqual({ devices: [] });
    await rookery.addInstance({ id: "bridge", pluginId, accountId: account.id });
    const grace = await createPerson(synapse.url, await register(synapse.url, "grace"));
    const roomId = await grace.createRoom([account.userId]);
    await grace.joined(roomId, account.userId);

    const question = await grace.say(roomId, "!say hello from Slack");
    const events = await grace.until(roomId, (seen) => seen.some(({ sender }) => sender === ADA));
    await grace.until(roomId, (seen) => seen.filter(isMessage).some(({ sender }) => sender === ADA));
    expect(events.filter(({ type }) => type === "m.room.member").map(({ sender }) => sender)).toEqual(
      expect.arrayContaining([account.userId, ADA]),
    );
    const shown = await grace.request("GET", `/_matrix/client/v3/rooms/${roomId}/state/m.room.member/${ADA}`);
    expect(shown).toMatchObject({ membership: "join", displayname: "Ada (Slack)" });

    // The host's own write, once more: as after a crash, only that it says something else.
    const [said] = (await grace.history(roomId)).filter((event) => isMessage(event) && event.sender === ADA);
    expect(said?.content.body).toBe("hello from Slack");
    const txnId = encodeURIComponent(`rookery.bridge.${question}.0`);
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${txnId}`;
    const again = await fetch(`${synapse.url}${path}?user_id=${encodeURIComponent(ADA)}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${slack.asToken}` },
      body: JSON.stringify({ msgtype: "m.text", body: "said twice" }),
    });
    expect(await again.json()).toEqual({ event_id: said?.event_id });

    await grace.say(roomId, "!say echo");
    await grace.say(roomId, "echo");
    await grace.until(roomId, (seen) =>
      seen.some(({ content }) => content.body === "heard @grace:rook.test"),
    );
    await grace.say(roomId, "!refused");
    const failed = await firstFailure(rookery, "bridge");
    expect(failed.error).toMatchObject({
      code: "HOMESERVER_REFUSED",
      message: expect.stringMatching(/act as @irc_ada:rook\.test: .*M_EXCLUSIVE.*namespace covers the user/),
    });

    const bodies = (await grace.history(roomId))
      .filter(isMessage)
      .map(({ sender, content }) => [sender, content.body]);
    expect(bodies).toEqual([
      ["@grace:rook.test", "!say hello from Slack"],
      [ADA, "hello from Slack"],
      ["@grace:rook.test", "!say echo"],
      expect.anything(),
      expect.anything(),
      ["@slack_bot:rook.test", "heard @grace:rook.test"],
      ["@grace:rook.test", "!refused"],
    ]);
    const permissions = await rookery.api<InstancePermission[]>("GET", "/instances/bridge/permissions");
    expect(permissions.map(({ words, used }) => [words, used?.count])).toEqual([
      ["act as the users slack_* of its homeserver", 4],
      ["act as the users irc_* of its homeserver", 1],
    ]);
    expect(rookery.log()).not.toContain(slack.asToken);
  });

  test.each([
    ["logs its users in", "slack", "slack_crypt"],
    ["makes their devices, as with OAuth", "irc", "irc_crypt"],
  ] as const)("in an encrypted room one that %s is read in all its names", async (_how, id, username) => {
    const account = await addBot(id === "slack" ? slack : irc, username);
    expect(account.deviceId).not.toBe("");
    await rookery.addInstance({ id: `encrypted-${id}`, pluginId, accountId: account.id });
    await using grace = await startEncryptedPerson(
      synapse.url,
      await synapse.registerUser(`grace-of-${id}`, "grace's password"),
    );
    const roomId = await grace.roomWith(account.userId, { algorithm: "m.megolm.v1.aes-sha2" });
    await rookery.api("POST", `/accounts/${account.id}/encryption/set-up`, {});
    const shieldOf = async (event: MatrixEvent) =>
      (await grace.client.getCrypto()?.getEncryptionInfoForEvent(event))?.shieldReason ?? null;

    await grace.client.sendTextMessage(roomId, `!as ${id}_ada from afar`);
    const asAda = await grace.hears(roomId, "from afar");
    expect(asAda.getSender()).toBe(`@${id}_ada:rook.test`);
    expect(asAda.getWireType()).toBe("m.room.encrypted");
    expect(await shieldOf(asAda)).toBe(EventShieldReason.MISMATCHED_SENDER);

    const { event_id: asked } = await grace.client.sendTextMessage(roomId, "echo");
    const own = await grace.hears(roomId, `heard ${grace.client.getUserId()}`);
    expect(own.getSender()).toBe(account.userId);
    const device = await grace.client
      .getCrypto()
      ?.getDeviceVerificationStatus(account.userId, account.deviceId);
    expect(device?.signedByOwner).toBe(true);
    expect(grace.undecryptable(roomId)).toEqual([]);

    const encryption = await rookery.api<Encryption>("GET", `/accounts/${account.id}/encryption`);
    expect(encryption).toMatchObject({ state: "on", isVerified: true, identity: "here" });
    if (id === "irc") {
      // The host's own answer, once more, behind a restart: as after a crash of both.
      await synapse.restart();
      const txnId = encodeURIComponent(`rookery.encrypted-irc.${asked}.0`);
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/send/m.room.encrypted/${txnId}`;
      const acting = new URLSearchParams({ user_id: account.userId, device_id: account.deviceId });
      const again = await fetch(`${synapse.url}${path}?${acting}`, {
        method: "PUT",
        headers: { authorization: `Bearer ${irc.asToken}` },
        body: JSON.stringify({ algorithm: "said twice" }),
      });
      expect(await again.json()).toEqual({ event_id: own.getId() });
    }

    // Its device goes with it.
    await rookery.api("DELETE", `/instances/encrypted-${id}`);
    await rookery.api("DELETE", `/accounts/${account.id}`);
    const { device_keys } = await grace.client.downloadKeysForUsers([account.userId]);
    expect(device_keys[account.userId] ?? {}).toEqual({});
  });
});
