import {
  ClientEvent,
  createClient,
  EventTimeline,
  EventType,
  type MatrixClient,
  type MatrixEvent,
  MsgType,
  Preset,
  RelationType,
  type Room,
  RoomEvent,
  SyncState,
  type Thread,
  ThreadEvent,
} from "matrix-js-sdk";
import type { Logger } from "matrix-js-sdk/lib/logger.js";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { startTestHomeserver } from "../testing/homeserver.ts";

// Parts of the library use a logger of their own still.
vi.spyOn(console, "debug").mockImplementation(() => {});
vi.spyOn(console, "info").mockImplementation(() => {});
// Files share a worker: the next one is heard again.
afterAll(() => void vi.restoreAllMocks());
const logger: Logger = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: console.error,
  getChild: () => logger,
};

async function start(baseUrl: string, username: string): Promise<MatrixClient> {
  const visitor = createClient({ baseUrl, logger });
  const registered = await visitor.registerRequest({
    username,
    password: "secret",
    auth: { type: "m.login.dummy" },
  });
  await visitor.loginRequest({
    type: "m.login.password",
    identifier: { type: "m.id.user", user: username },
    password: "secret",
  });
  const pending = new Set<Promise<unknown>>();
  const client = createClient({
    baseUrl,
    logger,
    async fetchFn(input, init) {
      const answer = fetch(input, init);
      const whole = answer.then((response) => response.clone().arrayBuffer());
      pending.add(whole);
      whole.then(
        () => pending.delete(whole),
        () => pending.delete(whole),
      );
      return answer;
    },
    userId: registered.user_id,
    ...(registered.access_token === undefined ? {} : { accessToken: registered.access_token }),
    ...(registered.device_id === undefined ? {} : { deviceId: registered.device_id }),
  });
  const prepared = new Promise<void>((resolve) => {
    client.on(ClientEvent.Sync, (state) => {
      if (state === SyncState.Prepared) resolve();
    });
  });
  await client.startClient({ threadSupport: true, lazyLoadMembers: true });
  onTestFinished(async () => {
    client.stopClient();
    // It still fetches threads in the background, and would go on against a server that has ended.
    while (pending.size > 0) {
      await Promise.allSettled(pending);
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  await prepared;
  return client;
}

/** The next event in the client's timelines that the predicate accepts. */
function seen(client: MatrixClient, accepts: (event: MatrixEvent) => boolean): Promise<MatrixEvent> {
  return new Promise((resolve) => {
    client.on(RoomEvent.Timeline, (event) => {
      if (accepts(event)) resolve(event);
    });
  });
}

/** The room, as soon as the client has all of its first sync. */
async function roomOf(client: MatrixClient, roomId: string): Promise<Room> {
  const known = client.getRoom(roomId);
  if (known) return known;
  return new Promise((resolve) => {
    client.on(ClientEvent.Room, (room) => {
      if (room.roomId === roomId) resolve(room);
    });
  });
}

/** The thread, once the client has fetched its replies. */
async function threadOf(room: Room, rootId: string): Promise<Thread> {
  const thread =
    room.getThread(rootId) ??
    (await new Promise<Thread>((resolve) => {
      room.on(ThreadEvent.New, (it) => {
        if (it.id === rootId) resolve(it);
      });
    }));
  await new Promise<void>((resolve) => {
    const check = () => {
      if (thread.initialEventsFetched) resolve();
    };
    thread.on(ThreadEvent.Update, check);
    check();
  });
  return thread;
}

async function conversation() {
  const { url } = await startTestHomeserver();
  const [alice, bob] = [await start(url, "alice"), await start(url, "bob")];
  const { room_id: roomId } = await alice.createRoom({ preset: Preset.PublicChat, name: "Tea" });
  await roomOf(alice, roomId);
  const joined = seen(alice, (event) => event.getStateKey() === bob.getUserId());
  await bob.joinRoom(roomId);
  await Promise.all([joined, roomOf(bob, roomId)]);
  return { url, alice, bob, roomId };
}

test("matrix-js-sdk registers, logs in, syncs, and sees what others say, edit, react and redact", async () => {
  const { alice, bob, roomId } = await conversation();
  const heard = seen(bob, (event) => event.getContent().body === "teh");
  const { event_id } = await alice.sendTextMessage(roomId, "teh");
  const message = await heard;
  expect(message.getId()).toBe(event_id);

  const replaced = new Promise((resolve) => message.once("Event.replaced" as never, resolve as never));
  await alice.sendMessage(roomId, {
    msgtype: MsgType.Text,
    body: "* the",
    "m.new_content": { msgtype: MsgType.Text, body: "the" },
    "m.relates_to": { rel_type: RelationType.Replace, event_id },
  });
  await replaced;
  expect(message.getContent().body).toBe("the");

  const reacted = seen(alice, (event) => event.getType() === EventType.Reaction);
  await bob.sendEvent(roomId, EventType.Reaction, {
    "m.relates_to": { rel_type: RelationType.Annotation, event_id, key: "👍" },
  });
  await reacted;
  const bobs = await roomOf(bob, roomId);
  const redacted = new Promise((resolve) => bobs.once(RoomEvent.Redaction, resolve));
  await alice.redactEvent(roomId, event_id);
  await redacted;
  expect(message.isRedacted()).toBe(true);
});

test("matrix-js-sdk's own message becomes its echo, not a second one", async () => {
  const { alice, roomId } = await conversation();
  const room = await roomOf(alice, roomId);
  const echoed = new Promise<void>((resolve) => {
    room.on(RoomEvent.LocalEchoUpdated, (event) => {
      if (event.status === null) resolve();
    });
  });
  await alice.sendTextMessage(roomId, "once");
  await echoed;
  const events = room.getLiveTimeline().getEvents();
  expect(events.filter((event) => event.getContent().body === "once")).toHaveLength(1);
});

test("matrix-js-sdk threads: a reply belongs to its root, and the list of threads has it", async () => {
  const { alice, bob, roomId } = await conversation();
  const heard = seen(bob, (event) => event.getContent().body === "root");
  const { event_id: root } = await alice.sendTextMessage(roomId, "root");
  await heard;
  const replied = seen(bob, (event) => event.getContent().body === "reply");
  await alice.sendTextMessage(roomId, root, "reply");
  expect((await replied).threadRootId).toBe(root);
  const room = await roomOf(bob, roomId);
  await room.createThreadsTimelineSets();
  await room.fetchRoomThreads();
  expect((await threadOf(room, root)).length).toBe(1);
});

test("matrix-js-sdk pages back through history to the room's beginning", async () => {
  const { url, alice, roomId } = await conversation();
  for (let index = 0; index < 40; index++) await alice.sendTextMessage(roomId, `${index}`);
  const carol = await start(url, "carol");
  await carol.joinRoom(roomId);
  const room = await roomOf(carol, roomId);
  while (room.getLiveTimeline().getPaginationToken(EventTimeline.BACKWARDS)) await carol.scrollback(room, 15);
  const bodies = room
    .getLiveTimeline()
    .getEvents()
    .flatMap((event) => event.getContent().body ?? []);
  expect(bodies).toEqual(Array.from({ length: 40 }, (_, index) => `${index}`));
});

test("matrix-js-sdk invites, types, reads, tags, and moves media", async () => {
  const { url, alice, bob, roomId } = await conversation();
  const heard = seen(bob, (event) => event.getContent().body === "read me");
  await alice.sendTextMessage(roomId, "read me");
  const message = await heard;
  const hers = await roomOf(alice, roomId);
  const read = new Promise((resolve) => hers.once(RoomEvent.Receipt, resolve));
  await bob.sendReadReceipt(message);
  await read;
  const typing = new Promise<void>((resolve) => {
    alice.on("RoomMember.typing" as never, (() => resolve()) as never);
  });
  await bob.sendTyping(roomId, true, 10_000);
  await typing;
  await bob.setRoomTag(roomId, "m.favourite", { order: 0.1 });
  expect((await bob.getRoomTags(roomId)).tags).toHaveProperty(["m.favourite"]);

  const { content_uri } = await alice.uploadContent(new Blob(["pixels"]), { type: "image/png" });
  const address = bob.mxcUrlToHttp(content_uri, undefined, undefined, undefined, false, true, true);
  expect(address?.startsWith(`${url}/_matrix/client/v1/media/download/`)).toBe(true);
  const response = await fetch(address ?? "", {
    headers: { Authorization: `Bearer ${bob.getAccessToken()}` },
  });
  expect(await response.text()).toBe("pixels");

  const invited = new Promise<string>((resolve) => {
    bob.on(ClientEvent.Room, (room) => resolve(room.getMyMembership()));
  });
  await alice.createRoom({ preset: Preset.TrustedPrivateChat, invite: [bob.getUserId() ?? ""] });
  expect(await invited).toBe("invite");
});
