import { OlmMachine } from "@matrix-org/matrix-sdk-crypto-wasm";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { code, type Device, engines, MEGOLM, read, say } from "../testing/engines.ts";

const { startServer, device } = engines();

describe("a verification by emoji", () => {
  /** Both sides do what they have to say to each other. */
  async function exchange(...devices: Device[]): Promise<void> {
    for (let round = 0; round < 6; round++) {
      for (const each of devices) {
        await each.sync();
        // Whoever watches one was told of all that there is to see, and needs no other sync for it.
        const [first] = await each.verifications();
        expect(each.told.at(-1)).toBe(first?.state);
      }
    }
  }

  async function twoSessions() {
    const server = await startServer();
    const bot = await device(server, "bot", "BOT");
    await bot.bootstrapCrossSigning();
    const laptop = await device(server, "bot", "LAPTOP");
    await exchange(bot, laptop);
    return { server, bot, laptop };
  }

  const only = async (of: Device) => {
    const [first, ...more] = await of.verifications();
    expect(more).toEqual([]);
    if (first === undefined) throw new Error(`${of.userId} knows of no verification`);
    return first;
  };

  test("shows both sides the same seven, and then the other session is verified", async () => {
    const { bot, laptop } = await twoSessions();
    const asked = await laptop.requestVerification("own-sessions");
    expect(asked).toMatchObject({ isIncoming: false, state: "waiting" });
    await exchange(bot, laptop);
    const came = await only(bot);
    expect(came).toMatchObject({
      ...{ id: asked.id, userId: "@bot:rook.test", deviceId: "LAPTOP" },
      ...{ isIncoming: true, state: "requested" },
    });
    await bot.stepVerification(came.id, "accept");
    await exchange(bot, laptop);
    const [here, there] = [await only(bot), await only(laptop)];
    expect([here.state, there.state]).toEqual(["comparing", "comparing"]);
    expect(here.emoji).toHaveLength(7);
    expect(here.emoji).toEqual(there.emoji);
    await bot.stepVerification(here.id, "match");
    expect((await only(bot)).state).toBe("matched");
    expect((await laptop.status()).isVerified).toBe(false);
    await laptop.stepVerification(there.id, "match");
    await exchange(bot, laptop);
    expect([(await only(bot)).state, (await only(laptop)).state]).toEqual(["done", "done"]);
    expect((await laptop.status()).isVerified).toBe(true);
    await expect(bot.stepVerification(here.id, "match")).rejects.toEqual(code("NO_VERIFICATION"));
    await expect(bot.stepVerification("another", "accept")).rejects.toEqual(code("NO_VERIFICATION"));
  });

  test("that shows other emoji over there verifies nobody, and both sides learn why it ended", async () => {
    const { bot, laptop } = await twoSessions();
    await bot.requestVerification("own-sessions");
    await exchange(bot, laptop);
    await laptop.stepVerification((await only(laptop)).id, "accept");
    await exchange(bot, laptop);
    await bot.stepVerification((await only(bot)).id, "mismatch");
    await exchange(bot, laptop);
    const ended = (byThem: boolean) => ({
      ...{ state: "cancelled", cancelled: { code: "m.mismatched_sas", byThem } },
    });
    expect([await only(bot), await only(laptop)]).toMatchObject([ended(false), ended(true)]);
    expect((await laptop.status()).isVerified).toBe(false);

    // The next one takes its place.
    const again = await laptop.requestVerification("own-sessions");
    await exchange(bot, laptop);
    expect(await only(bot)).toMatchObject({ id: again.id, state: "requested" });
    await bot.stepVerification(again.id, "cancel");
    await exchange(bot, laptop);
    expect((await only(laptop)).state).toBe("cancelled");
  });

  test("may follow another at once, and makes no one-time keys more than there are to be", async () => {
    const { server, bot, laptop } = await twoSessions();
    async function verify(): Promise<void> {
      await laptop.requestVerification("own-sessions");
      await bot.sync();
      await bot.stepVerification((await only(bot)).id, "accept");
      for (let round = 0; (await only(bot)).state !== "comparing"; round++) {
        expect(round).toBeLessThan(6);
        await Promise.all([laptop.sync(), bot.sync()]);
      }
      await laptop.sync();
      await bot.stepVerification((await only(bot)).id, "match");
      await laptop.stepVerification((await only(laptop)).id, "match");
      // Each to the very sync in which it is done.
      for (let round = 0; round < 6; round++)
        for (const each of [bot, laptop]) if ((await only(each)).state !== "done") await each.sync();
      expect([(await only(bot)).state, (await only(laptop)).state]).toEqual(["done", "done"]);
    }
    await verify();
    await verify();
    // The bot may have taken one, to give it the identity's keys.
    await laptop.sync();
    const left = await server.sync("@bot:rook.test", "LAPTOP");
    expect(left).toMatchObject({ device_one_time_keys_count: { signed_curve25519: 50 } });
  });

  test("that is malformed costs neither a sync nor an event", async () => {
    const { bot } = await twoSessions();
    const base = { sender: "@eve:rook.test", event_id: "$eve", origin_server_ts: Date.now() };
    const request = { ...base, type: "m.room.message", content: { msgtype: "m.key.verification.request" } };
    const start = { ...base, type: "m.key.verification.start", content: { from_device: 7 } };
    await bot.handleSync({
      to_device: { events: [{ ...base, type: "m.key.verification.request", content: {} }, "nothing"] },
      rooms: { join: { "!room:rook.test": { timeline: { events: [request, start, 3, null] } } } },
    });
    expect(await bot.verifications()).toEqual([]);
  });

  test("that the homeserver refuses holds up no sync: what is unsaid is said later, in its order", async () => {
    const { server, bot, laptop } = await twoSessions();
    const alice = await device(server, "alice", "PHONE");
    await laptop.requestVerification("own-sessions");
    await bot.sync();
    server.refuses = (_method, path) => path.includes("m.key.verification");
    await expect(bot.stepVerification((await only(bot)).id, "accept")).rejects.toEqual(code("HOMESERVER"));
    const asked = await say(alice, [bot], "!hello");
    await bot.handleSync(await server.sync("@bot:rook.test", "BOT"));
    expect(await read(bot, asked)).toMatchObject({ isDecrypted: true });
    await expect(bot.outgoing()).rejects.toEqual(code("HOMESERVER"));
    expect(await only(laptop)).toMatchObject({ state: "waiting" });

    server.refuses = undefined;
    await exchange(bot, laptop);
    expect([(await only(bot)).state, (await only(laptop)).state]).toEqual(["comparing", "comparing"]);
  });

  test("whose request comes while the homeserver tells no keys is taken in when it does, and no sync waits", async () => {
    const { server, bot } = await twoSessions();
    const phone = await device(server, "bot", "PHONE");
    await phone.requestVerification("own-sessions");
    const asks = (_method: string, path: string) => path.endsWith("/keys/query");
    server.refuses = asks;
    await bot.handleSync(await server.sync("@bot:rook.test", "BOT"));
    const going = bot.outgoing();
    expect(await bot.verifications()).toEqual([]);
    server.refuses = undefined;
    await Promise.allSettled([going]);
    await bot.sync();
    expect(await only(bot)).toMatchObject({ deviceId: "PHONE", state: "requested" });
  });

  test("has an end: what it could not say in ten minutes is said to nobody, and stands before nothing", async () => {
    const { server, bot, laptop } = await twoSessions();
    await laptop.requestVerification("own-sessions");
    await bot.sync();
    server.refuses = (_method, path) => path.includes("m.key.verification");
    await expect(bot.stepVerification((await only(bot)).id, "accept")).rejects.toEqual(code("HOMESERVER"));
    // The machine reckons with the second.
    for (const clock of [Date, performance]) {
      const now = clock.now.bind(clock);
      const later = vi.spyOn(clock, "now").mockImplementation(() => now() + 11 * 60_000);
      onTestFinished(() => later.mockRestore());
    }
    await bot.sync();
    server.refuses = undefined;
    await exchange(bot, laptop);
    const said = (what: string) => server.requests.filter((request) => request.includes(what));
    // Once in vain.
    expect(said("m.key.verification.ready")).toHaveLength(1);
    const again = await laptop.requestVerification("own-sessions");
    await exchange(bot, laptop);
    expect(await only(bot)).toMatchObject({ id: again.id, state: "requested" });
  });

  test("that the other side has ended is answered no more: only an end of one's own is told later", async () => {
    const { server, bot, laptop } = await twoSessions();
    const said = (what: string) => server.requests.filter((request) => request.includes(what)).length;
    const { id } = await laptop.requestVerification("own-sessions");
    await bot.sync();
    server.refuses = (_method, path) => path.includes("m.key.verification.ready");
    await expect(bot.stepVerification(id, "accept")).rejects.toEqual(code("HOMESERVER"));
    await laptop.stepVerification(id, "cancel");
    await bot.sync();
    server.refuses = undefined;
    await bot.sync();
    expect([said("verification.ready"), (await only(bot)).state]).toEqual([1, "cancelled"]);

    const next = await laptop.requestVerification("own-sessions");
    await bot.sync();
    server.refuses = (_method, path) => path.includes("m.key.verification");
    await expect(bot.stepVerification(next.id, "accept")).rejects.toEqual(code("HOMESERVER"));
    await expect(bot.stepVerification(next.id, "cancel")).rejects.toEqual(code("HOMESERVER"));
    server.refuses = undefined;
    await bot.sync();
    await laptop.sync();
    expect([said("verification.ready"), (await only(laptop)).state]).toEqual([2, "cancelled"]);
  });

  test("says nothing twice, and one that is refused in its room does not hold up another", async () => {
    const server = await startServer();
    const bot = await device(server, "bot", "BOT");
    const alice = await device(server, "alice", "PHONE");
    await Promise.all([bot.bootstrapCrossSigning(), alice.bootstrapCrossSigning()]);
    const laptop = await device(server, "bot", "LAPTOP");
    await exchange(bot, laptop, alice);
    const inRoom = { userId: "@bot:rook.test", roomId: server.roomId };
    const ofAlice = await alice.requestVerification(inRoom);
    await bot.sync();
    const ofLaptop = await laptop.requestVerification("own-sessions");
    await bot.sync();
    server.refuses = (method, path) => method === "PUT" && path.includes("/rooms/");
    await expect(bot.stepVerification(ofAlice.id, "accept")).rejects.toEqual(code("HOMESERVER"));
    await bot.stepVerification(ofLaptop.id, "accept");
    const stateOf = async (id: string) => (await bot.verifications()).find((each) => each.id === id)?.state;
    for (let round = 0; (await stateOf(ofLaptop.id)) !== "comparing"; round++) {
      expect(round).toBeLessThan(6);
      await laptop.sync();
      await expect(bot.sync()).rejects.toEqual(code("HOMESERVER"));
    }
    server.refuses = undefined;
    for (let round = 0; (await stateOf(ofAlice.id)) !== "comparing"; round++) {
      expect(round).toBeLessThan(6);
      await bot.sync();
      await alice.sync();
    }
    expect((await only(alice)).emoji).toEqual((await bot.verifications())[0]?.emoji);
    const delivered = server.requests.filter((request) => /sendToDevice\/m.key.verification/.test(request));
    expect(new Set(delivered).size).toBe(delivered.length);
  });

  test("in an encrypted room takes in what was said in its order, whichever is decrypted first", async () => {
    const server = await startServer();
    const bot = await device(server, "bot", "PHONE");
    const alice = await device(server, "alice", "PHONE");
    await Promise.all([bot.bootstrapCrossSigning(), alice.bootstrapCrossSigning()]);
    await exchange(bot, alice);
    const { roomId } = server;
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/state/m.room.encryption/`;
    await server.httpOf(bot.userId, "PHONE").request("PUT", path, MEGOLM);

    async function came(to: Device): Promise<{ type: string }[]> {
      const sync = (await server.sync(to.userId, "PHONE")) as Sync;
      await to.handleSync(sync);
      const events = sync.rooms?.join?.[roomId]?.timeline?.events ?? [];
      return events.filter(({ type, sender }) => type === "m.room.encrypted" && sender !== to.userId);
    }
    async function take(to: Device): Promise<void> {
      await Promise.all((await came(to)).map((each) => to.decrypt(roomId, each)));
      await to.outgoing();
    }

    await bot.requestVerification({ userId: alice.userId, roomId });
    await take(alice);
    await alice.stepVerification((await only(alice)).id, "accept");
    for (let round = 0; (await only(alice)).state !== "comparing"; round++) {
      expect(round).toBeLessThan(6);
      await take(bot);
      await take(alice);
    }
    await take(bot);
    await bot.stepVerification((await only(bot)).id, "match");
    await take(alice);
    // The other side says two things at once now.
    await alice.stepVerification((await only(alice)).id, "match");
    const twoWords = await came(bot);
    expect(twoWords).toHaveLength(2);

    const first = Promise.withResolvers<void>();
    const { decryptRoomEvent } = OlmMachine.prototype;
    const slow = vi.spyOn(OlmMachine.prototype, "decryptRoomEvent").mockImplementationOnce(async function (
      this: OlmMachine,
      ...args
    ) {
      await first.promise;
      return await decryptRoomEvent.apply(this, args);
    });
    onTestFinished(() => slow.mockRestore());
    const told = vi.spyOn(OlmMachine.prototype, "receiveVerificationEvent");
    onTestFinished(() => told.mockRestore());
    const taken = twoWords.map((each) => bot.decrypt(roomId, each));
    // Whatever waits for nothing is through when this is.
    await bot.decrypt("!another:rook.test", twoWords[1] as object);
    first.resolve();
    await Promise.all(taken);
    await bot.outgoing();
    const types = told.mock.calls.map(([each]) => (JSON.parse(each) as { type: string }).type);
    expect(types).toEqual(["m.key.verification.mac", "m.key.verification.done"]);
    expect((await only(bot)).state).toBe("done");
  });

  test("is told of whenever it goes on", async () => {
    const server = await startServer();
    const bot = await device(server, "bot", "BOT");
    await bot.bootstrapCrossSigning();
    const laptop = await device(server, "bot", "LAPTOP");
    await exchange(bot, laptop);
    await laptop.requestVerification("own-sessions");
    await exchange(bot, laptop);
    expect(bot.told).toEqual(["requested"]);
    await bot.stepVerification((await only(bot)).id, "accept");
    await exchange(bot, laptop);
    expect(bot.told).toEqual(["requested", "waiting", "comparing"]);
  });
});

/** What is looked at of a sync. */
interface Sync {
  rooms?: { join?: Record<string, { timeline?: { events?: { type: string; sender: string }[] } }> };
}
