import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FailedDelivery, InstancePermission } from "@rookery/host/api";
import { expect, test } from "vitest";
import { describeWith } from "./describe-with.ts";
import { bundleOf } from "./hostile/plugins.ts";
import { createPerson, type RoomEvent } from "./matrix/person.ts";
import { register } from "./matrix/register.ts";
import { type Rookery, startRookery } from "./rookery/rookery.ts";
import { writeAppservice } from "./synapse/appservice.ts";
import { isSynapseAvailable, startSynapse } from "./synapse/synapse.ts";

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
    bot.hears("echo", (ctx) => ctx.send("heard " + ctx.sender.userId));
  },
});
`;
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
  test("says what it is told as a user of its namespace, once, and answers nobody of its own", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rookery-bridge-"));
    try {
      const appservice = await writeAppservice(folder, "@slack_.*");
      await using synapse = await startSynapse({ registration: "open", appservices: [appservice.file] });
      await using rookery = await startRookery();
      const account = await rookery.addAccount({
        ...{ homeserverUrl: synapse.url, accessToken: appservice.asToken, username: "slack_bot" },
      });
      expect(account).toMatchObject({ userId: "@slack_bot:rook.test", deviceId: "" });
      const asSender = { homeserverUrl: synapse.url, accessToken: appservice.asToken };
      await expect(rookery.addAccount(asSender)).rejects.toThrow("name a user of its namespace");
      const bundle = await bundleOf("bridge", BRIDGE, { impersonate: ["slack_*", "irc_*"] });
      const plugin = await rookery.addPlugin(bundle);
      await rookery.addInstance({ id: "bridge", pluginId: plugin.id, accountId: account.id });
      const grace = await createPerson(synapse.url, await register(synapse.url, "grace"));
      const roomId = await grace.createRoom([account.userId]);
      await grace.joined(roomId, account.userId);

      const question = await grace.say(roomId, "!say hello from Slack");
      const events = await grace.until(roomId, (seen) => seen.some(({ sender }) => sender === ADA));
      await grace.until(roomId, (seen) => seen.filter(isMessage).some(({ sender }) => sender === ADA));
      expect(events.filter(({ type }) => type === "m.room.member").map(({ sender }) => sender)).toEqual(
        expect.arrayContaining([account.userId, ADA]),
      );
      const shown = await grace.request(
        "GET",
        `/_matrix/client/v3/rooms/${roomId}/state/m.room.member/${ADA}`,
      );
      expect(shown).toMatchObject({ membership: "join", displayname: "Ada (Slack)" });

      // The host's own write, once more: as after a crash, only that it says something else.
      const [said] = (await grace.history(roomId)).filter(
        (event) => isMessage(event) && event.sender === ADA,
      );
      expect(said?.content.body).toBe("hello from Slack");
      const txnId = encodeURIComponent(`rookery.bridge.${question}.0`);
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${txnId}`;
      const again = await fetch(`${synapse.url}${path}?user_id=${encodeURIComponent(ADA)}`, {
        method: "PUT",
        headers: { authorization: `Bearer ${appservice.asToken}` },
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
        message: expect.stringMatching(
          /act as @irc_ada:rook\.test: .*M_EXCLUSIVE.*namespace covers the user/,
        ),
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
      expect(rookery.log()).not.toContain(appservice.asToken);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
