import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Account, AccountRoom, CreatedApiToken, Plugin } from "@rookery/host/api";
import { expect, onTestFinished, test } from "vitest";
import { describeWith } from "./describe-with.ts";
import { blocksUnder } from "./documents/blocks.ts";
import { createReader } from "./documents/reader.ts";
import { createPerson } from "./matrix/person.ts";
import { type Rookery, startRookery } from "./rookery/rookery.ts";
import { REGISTRATION_SHARED_SECRET } from "./synapse/homeserver-config.ts";
import { isSynapseAvailable, startSynapse } from "./synapse/synapse.ts";

const SCRIPT = join(import.meta.dirname, "../docs/examples/set-up-with-curl.sh");
const BUNDLES = join(import.meta.dirname, "../packages/host/dist/bundles");

async function run(env: Record<string, string>, bundle = "hello.mbp") {
  const script = spawn("sh", [SCRIPT, join(BUNDLES, bundle)], { env: { PATH: process.env.PATH, ...env } });
  const [out, err, [code]] = await Promise.all([
    text(script.stdout),
    text(script.stderr),
    once(script, "close"),
  ]);
  return { out, err, code };
}

const tokenOf = (rookery: Rookery) =>
  rookery.api<CreatedApiToken>("POST", "/tokens", { name: "set-up", role: "admin", days: 1 });

describeWith([isSynapseAvailable()], "the script in docs/examples", () => {
  test("sets a bot up on Synapse by a registration token, with curl alone, and it answers in a room", {
    timeout: 120_000,
  }, async () => {
    await using synapse = await startSynapse();
    await using rookery = await startRookery();
    const { accessToken } = await synapse.registerUser("root", "root's password", { admin: true });
    const operator = await createReader(
      await mkdtemp(join(tmpdir(), "rookery-set-up-")),
      [
        ["http://127.0.0.1:8008", synapse.url],
        ['"uses_allowed": 1', '"uses_allowed": 2'],
      ],
      { ADMIN_TOKEN: accessToken },
    );
    onTestFinished(() => rm(operator.at("/"), { recursive: true, force: true }));
    const [make] = blocksUnder("docs/operating.md", "### A registration token");
    const { token: registrationToken } = JSON.parse(await operator.follow(make));
    const { token } = await tokenOf(rookery);
    const env = {
      ...{ ROOKERY: rookery.url, ROOKERY_TOKEN: token, HOMESERVER: synapse.url, BOT: "hello-bot" },
      REGISTRATION_TOKEN: registrationToken,
    };
    const { out, err, code } = await run(env);
    expect([err, code]).toEqual(["", 0]);
    expect(out).toMatch(
      /^The account is .+\nThe plugin is org\.rookery\.hello\. It asks for {}\.\nThe instance hello is running\.\n$/,
    );
    expect(out).not.toContain(registrationToken);

    const ada = await createPerson(synapse.url, await synapse.registerUser("ada", "correct horse"));
    const bot = "@hello-bot:rook.test";
    const roomId = await ada.createRoom([bot]);
    await ada.joined(roomId, bot);
    await ada.say(roomId, "!hello");
    const answered = await ada.until(roomId, (events) =>
      events.some(({ sender, type }) => sender === bot && type === "m.room.message"),
    );
    expect(
      answered.find(({ sender, type }) => sender === bot && type === "m.room.message")?.content.body,
    ).toBe("Hello, ada!");

    // What a plugin asks for is granted, and it runs.
    const second = await run({ ...env, BOT: "insta-bot", INSTANCE: "insta" }, "instagram.mbp");
    expect([second.err, second.code]).toEqual(["", 0]);
    const { requested, granted } = await rookery.api<Plugin>("GET", "/plugins/org.rookery.instagram");
    expect(Object.keys(requested).length).toBeGreaterThan(0);
    expect(granted).toEqual(requested);

    // What Synapse says of rooms, invitations and profiles is read as it is meant.
    const [account] = (await rookery.api<Account[]>("GET", "/accounts")).filter(
      ({ userId }) => userId === bot,
    );
    const path = `/accounts/${account?.id}`;
    await rookery.api("PATCH", path, { autojoin: { policy: "never" } });
    const waiting = await ada.createRoom([bot]);
    const name = { name: "Named last" };
    await ada.request(
      "PUT",
      `/_matrix/client/v3/rooms/${encodeURIComponent(waiting)}/state/m.room.name/`,
      name,
    );
    expect(await rookery.api("GET", `${path}/invites`)).toMatchObject([
      { roomId: waiting, inviter: ada.userId, encrypted: false },
    ]);
    await rookery.api("POST", `${path}/invites/${encodeURIComponent(waiting)}/accept`);
    await ada.say(waiting, "hello");
    const rooms = await rookery.api<AccountRoom[]>("GET", `${path}/rooms`);
    expect(rooms).toContainEqual({ roomId: waiting, name: "Named last", members: 2, encrypted: false });
    expect(rooms).toContainEqual({ roomId, name: ada.userId, members: 2, encrypted: false });
    await rookery.api("DELETE", `${path}/rooms/${encodeURIComponent(waiting)}`);
    expect(await rookery.api("GET", `${path}/rooms`)).toHaveLength(1);
    const profile = await rookery.api("PUT", `${path}/profile`, { displayName: "Rook" });
    expect(profile).toEqual({ displayName: "Rook", avatarUrl: null });

    // The token was for two; the script says why it stops there.
    const again = await run({ ...env, BOT: "another", INSTANCE: "another" });
    expect(again.code).toBe(1);
    expect(again.err).toContain("REGISTRATION_FAILED");
    expect(`${again.out}${again.err}${rookery.log()}`).not.toContain(registrationToken);

    // Synapse's own secret does it without a token.
    const shared = {
      homeserverUrl: synapse.url,
      username: "shared-bot",
      sharedSecret: REGISTRATION_SHARED_SECRET,
    };
    expect(await rookery.api("POST", "/accounts", shared)).toMatchObject({ userId: "@shared-bot:rook.test" });
    const wrong = await rookery.request("POST", "/accounts", {
      ...shared,
      username: "x",
      sharedSecret: "no",
    });
    expect(await wrong.json()).toMatchObject({ code: "REGISTRATION_FAILED" });
    const address = encodeURIComponent(synapse.url);
    expect(await rookery.api("GET", `/homeserver?address=${address}`)).toMatchObject({
      ...{ homeserverUrl: synapse.url, registration: "token", sharedSecret: true },
    });
  });
});
