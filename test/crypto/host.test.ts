import { readFileSync } from "node:fs";
import { Attachment, initAsync } from "@matrix-org/matrix-sdk-crypto-wasm";
import { createClient, type MatrixEvent } from "matrix-js-sdk";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { describeWith } from "../describe-with.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { isSynapseAvailable, type Synapse, startSynapse } from "../synapse/synapse.ts";
import { type EncryptedPerson, startEncryptedPerson } from "./encrypted-person.ts";
import { talkativeBundle } from "./talkative.ts";

const MEGOLM = "m.megolm.v1.aes-sha2";
const PICTURE = readFileSync(new URL("../instagram/fixtures/portrait.jpg", import.meta.url));

// Parts of the library use a logger of their own still.
for (const level of ["debug", "info", "log", "warn", "error"] as const)
  vi.spyOn(console, level).mockImplementation(() => {});
// Files share a worker: the next one is heard again.
afterAll(() => void vi.restoreAllMocks());

describeWith([isSynapseAvailable()], "a bot in encrypted rooms of a real Synapse, with matrix-js-sdk", () => {
  let synapse: Synapse;
  let rookery: Rookery;
  let ada: EncryptedPerson;
  let botId: string;
  let accountId: string;

  beforeAll(async () => {
    [synapse, rookery] = await Promise.all([startSynapse(), startRookery(), initAsync()]);
    ada = await startEncryptedPerson(synapse.url, await synapse.registerUser("ada", "ada's password"));
    const { id: pluginId } = await rookery.addPlugin(await talkativeBundle());
    ({ userId: botId } = await synapse.registerUser("bot", "the bot's password"));
    ({ id: accountId } = await rookery.addAccount({
      ...{ homeserverUrl: synapse.url, username: "bot", password: "the bot's password" },
    }));
    await rookery.addInstance({ id: "talkative", pluginId, accountId });
  });

  afterAll(async () => {
    await ada?.[Symbol.asyncDispose]();
    await rookery?.dispose();
    await synapse?.dispose();
  });

  const roomWithBot = (more: object = {}) => ada.roomWith(botId, { algorithm: MEGOLM, ...more });

  /** Ada has the bot say it; resolves with its answer. */
  async function ask(roomId: string, text: string, person = ada): Promise<MatrixEvent> {
    await ada.client.sendTextMessage(roomId, `!echo ${text}`);
    return await person.hears(roomId, text);
  }

  const sessionOf = (event: MatrixEvent): string => event.getWireContent().session_id;
  const relationOf = (event: MatrixEvent) => event.getWireContent()["m.relates_to"];

  test("its first answer, its replies, edits and reactions; what each relates to stands in the clear", async () => {
    const roomId = await roomWithBot();
    const { event_id: asked } = await ada.client.sendTextMessage(roomId, "!echo hello");
    const answer = await ada.hears(roomId, "hello");
    expect(answer.getWireType()).toBe("m.room.encrypted");
    expect(relationOf(answer)).toEqual({ "m.in_reply_to": { event_id: asked } });

    const { event_id: wanted } = await ada.client.sendTextMessage(roomId, "!change");
    const before = await ada.hears(roomId, "before");
    const edit = await ada.finds(roomId, (event) => event.getContent()["m.new_content"]?.body === "after");
    expect(relationOf(edit)).toEqual({ rel_type: "m.replace", event_id: before.getId() });
    const reaction = await ada.finds(roomId, (event) => event.getType() === "m.reaction");
    expect(reaction.getSender()).toBe(botId);
    expect(relationOf(reaction)).toEqual({ rel_type: "m.annotation", event_id: wanted, key: "👍" });
    expect(ada.undecryptable(roomId)).toEqual([]);
  });

  test("it is handed a person's edit and reaction as in any other room", async () => {
    const roomId = await roomWithBot();
    const { event_id: first } = await ada.client.sendTextMessage(roomId, "first");
    await ada.client.sendMessage(roomId, {
      ...{ msgtype: "m.text", body: "* second" },
      "m.new_content": { msgtype: "m.text", body: "second" },
      "m.relates_to": { rel_type: "m.replace", event_id: first },
    } as never);
    await ada.hears(roomId, "You meant second");
    await ada.client.sendEvent(
      roomId,
      "m.reaction" as never,
      {
        "m.relates_to": { rel_type: "m.annotation", event_id: first, key: "🎉" },
      } as never,
    );
    await ada.hears(roomId, "You feel 🎉");
  });

  test("a picture both ways: what lies on the homeserver is encrypted, its thumbnail too", async () => {
    const roomId = await roomWithBot();
    const attachment = Attachment.encrypt(PICTURE);
    const upload = await ada.client.uploadContent(
      new Blob([attachment.encryptedData as Uint8Array<ArrayBuffer>]),
    );
    const file = { ...JSON.parse(attachment.mediaEncryptionInfo ?? ""), url: upload.content_uri };
    await ada.client.sendMessage(roomId, { msgtype: "m.image", body: "portrait.jpg", file } as never);
    const answer = await ada.hears(roomId, "1080 × 1350");
    const { info, ...content } = answer.getContent();
    expect(content).not.toHaveProperty("url");
    expect(info).not.toHaveProperty("thumbnail_url");
    expect(info).toMatchObject({ mimetype: "image/jpeg", size: PICTURE.length, w: 1080, h: 1350 });

    const isJpeg = (bytes: Buffer) => bytes.subarray(0, 3).toString("hex") === "ffd8ff";
    for (const file of [content.file, info.thumbnail_file]) {
      const { stored, bytes } = await ada.opens(file);
      expect(stored.headers.get("content-type")).toBe("application/octet-stream");
      expect(isJpeg(Buffer.from(await stored.arrayBuffer()))).toBe(false);
      expect(isJpeg(bytes)).toBe(true);
      if (file === content.file) expect(bytes.equals(PICTURE)).toBe(true);
    }
  });

  test("a room that turns encrypted midway, a rotation, a device that joins later, and one that is removed", async () => {
    const roomId = await ada.roomWith(botId);
    expect((await ask(roomId, "in the open")).isEncrypted()).toBe(false);
    const encryption = { algorithm: MEGOLM, rotation_period_msgs: 3 };
    await ada.client.sendStateEvent(roomId, "m.room.encryption" as never, encryption as never);
    const answers = [];
    for (let n = 0; n < 5; n++) answers.push(await ask(roomId, `answer ${n}`));
    expect(answers.every((answer) => answer.isEncrypted())).toBe(true);
    const sessions = answers.map(sessionOf);
    expect(sessions.map((session) => sessions.indexOf(session))).toEqual([0, 0, 0, 3, 3]);

    const phone = await createClient({ baseUrl: synapse.url }).loginRequest({
      type: "m.login.password",
      identifier: { type: "m.id.user", user: "ada" },
      password: "ada's password",
    });
    const onPhone = await startEncryptedPerson(synapse.url, {
      ...{ userId: phone.user_id, deviceId: phone.device_id, accessToken: phone.access_token },
    });
    const withPhone = await ask(roomId, "also on the phone", onPhone);
    await onPhone.client.logout(true);
    await onPhone[Symbol.asyncDispose]();
    const withoutPhone = await ask(roomId, "no longer on the phone");
    expect(sessionOf(withoutPhone)).not.toBe(sessionOf(withPhone));
    expect(ada.undecryptable(roomId)).toEqual([]);
  });

  test("the first words in a room for two, said before it has come, as Element sends them", async () => {
    await rookery.api("PATCH", `/accounts/${accountId}`, { autojoin: { policy: "never" } });
    const rooms = [
      await ada.roomWith(botId, undefined, "invite"),
      await ada.roomWith(botId, { algorithm: MEGOLM }, "invite"),
    ];
    for (const roomId of rooms) await ada.client.sendTextMessage(roomId, "!echo anybody there?");
    for (const roomId of rooms)
      await rookery.api("POST", `/accounts/${accountId}/invites/${encodeURIComponent(roomId)}/accept`);
    const answers = await Promise.all(rooms.map((roomId) => ada.hears(roomId, "anybody there?")));
    expect(answers.map((answer) => answer.isEncrypted())).toEqual([false, true]);
    expect(await ask(rooms[1] ?? "", "good")).toBeDefined();
  });
});
