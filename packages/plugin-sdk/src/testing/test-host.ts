import type { Health } from "../bot.ts";
import type { MatrixEvent } from "../event.ts";
import { HostError, toErrorData } from "../protocol/errors.ts";
import { helpText } from "../protocol/help.ts";
import type { CommandInfo, FileInfo, HostApi, InRoom, JsonObject, LogEntry } from "../protocol/index.ts";
import { asTold, mediaContent, mediaEventType, whyNot } from "../protocol/media.ts";
import { hasOwnRoom } from "../protocol/own-room.ts";
import type { HostLink } from "../runtime/index.ts";
import { migrateDatabase, openPluginDatabase, type PluginDatabase } from "../sqlite/index.ts";
import type { TestAnswer, TestBotOptions } from "./test-bot.ts";
import { createTestRooms } from "./test-rooms.ts";
import { createTestUsers } from "./test-users.ts";

const DATABASE_MB = 256;

/** A file as a stand-in for a download describes it. */
export type TestFile = Omit<FileInfo, "file">;

interface OpenDelivery {
  roomId: string;
  eventId: string;
  sender: string;
  powerLevel: number;
  sent: TestAnswer[];
}

type Methods = {
  [K in keyof HostApi]: (
    params: Parameters<HostApi[K]>[0],
  ) => Awaited<ReturnType<HostApi[K]>> | ReturnType<HostApi[K]>;
};

/** The host of a test bot: the same methods, in memory, with nothing behind them. */
export function createTestHost(
  botId: string,
  options: Pick<
    TestBotOptions,
    | "programs"
    | "download"
    | "rooms"
    | "roomState"
    | "encryptedRooms"
    | "store"
    | "impersonate"
    | "uploadLimit"
  >,
) {
  const deliveries = new Map<number, OpenDelivery>();
  const sent: TestAnswer[] = [];
  const log: LogEntry[] = [];
  const store = options.store ?? new Map<string, string>();
  const files = new Map<string, TestFile>();
  const read: string[] = [];
  const typing = new Set<string>();
  const rooms = createTestRooms(botId, options.rooms, options.roomState, options.encryptedRooms);
  const removed: string[] = [];
  const healths = new Map<string, Health>();
  const acting = createTestUsers(botId, options.impersonate);
  let commands: readonly CommandInfo[] = [];
  let lastFile = 0;
  let database: PluginDatabase | undefined;

  function deliveryOf(id: number) {
    const found = deliveries.get(id);
    if (!found)
      throw new HostError("DELIVERY_ENDED", "This event's handler has ended already. Await what you send.");
    return found;
  }

  /** As in a host: an event is answered in its own room; a schedule and a webhook say which. */
  function roomOf(delivery: number, given: string | undefined): string {
    const { roomId } = deliveryOf(delivery);
    if (hasOwnRoom(roomId) && given !== undefined && given !== roomId)
      throw new HostError("PERMISSION_DENIED", `An event of ${roomId} is not answered in ${given}.`);
    if (!hasOwnRoom(roomId) && given === undefined)
      throw new HostError("BAD_REQUEST", "A schedule or a webhook has no room of its own.");
    return given ?? roomId;
  }

  function put({ delivery, roomId: given, as }: InRoom, type: string, content: JsonObject) {
    const { sent: answers } = deliveryOf(delivery);
    const roomId = roomOf(delivery, given);
    const sender = as === undefined ? botId : acting.userId(as);
    const answer: TestAnswer = {
      eventId: `$answer${sent.length + 1}`,
      roomId,
      type,
      content: content as Record<string, unknown>,
      sender,
      text: textOf(content),
      redacted: false,
    };
    sent.push(answer);
    answers.push(answer);
    const event = { type, event_id: answer.eventId, sender, content: answer.content };
    rooms.said(roomId, { ...event, origin_server_ts: sent.length });
    return { eventId: answer.eventId };
  }

  async function addFile(url: string) {
    if (!options.download)
      throw new HostError("NETWORK_FAILED", `createTestBot was given no "download" for ${url}.`);
    return hold(await options.download(url));
  }

  function hold(found: TestFile) {
    const file = `file${++lastFile}`;
    files.set(file, found);
    return { file, ...found };
  }

  function fileNamed(file: string): TestFile {
    const found = files.get(file);
    if (!found) throw new HostError("NO_SUCH_FILE", `There is no open file "${file}".`);
    return found;
  }

  const methods: Methods = {
    "event.send": ({ type, content, ...where }) => put(where, type, content),
    "event.redact": ({ delivery, roomId, as, eventId }) => {
      const room = roomOf(delivery, roomId);
      if (as !== undefined) acting.userId(as);
      const target = sent.find((answer) => answer.eventId === eventId && answer.roomId === room);
      if (target) target.redacted = true;
      else if (rooms.mayRemove(room, eventId)) removed.push(eventId);
      else throw new HostError("PERMISSION_DENIED", `The bot did not send ${eventId}.`);
      return { eventId: `$redaction-of-${eventId}` };
    },
    "help.send": ({ delivery, about, related }) => {
      const { text, html } = helpText([{ name: "", commands }], about);
      const formatted = { format: "org.matrix.custom.html", formatted_body: html };
      return put({ delivery }, "m.room.message", { msgtype: "m.text", body: text, ...formatted, ...related });
    },
    "typing.set": ({ delivery, timeoutMs }) => {
      const roomId = roomOf(delivery, undefined);
      if (timeoutMs > 0) typing.add(roomId);
      else typing.delete(roomId);
      return null;
    },
    "receipt.send": ({ delivery }) => {
      read.push(deliveryOf(delivery).eventId);
      return null;
    },
    "health.set": ({ check, ...health }) => void healths.set(check, health),
    "profile.set": ({ delivery, avatar, ...profile }) => {
      deliveryOf(delivery);
      if (avatar !== undefined) fileNamed(avatar);
      return acting.setProfile({ ...profile, ...(avatar === undefined ? {} : { avatar }) });
    },
    "file.fetch": ({ url }) => addFile(url),
    "file.download": ({ mxc }) => addFile(mxc),
    "file.limit": () => ({ bytes: options.uploadLimit ?? null }),
    "file.upload": ({ file }) => {
      fileNamed(file);
      return { mxc: `mxc://test/${file}` };
    },
    "file.send": ({ file, thumbnail, delivery, roomId, as, ...params }) => {
      const found = fileNamed(file);
      const picture = thumbnail === undefined ? undefined : fileNamed(thumbnail);
      const problem = whyNot(found.type, params.kind);
      if (problem !== null) throw new HostError("BAD_REQUEST", problem);
      const shown = picture ? { thumbnail: { ...picture, url: `mxc://test/${thumbnail}` } } : {};
      const uploaded = { ...found, url: `mxc://test/${file}` };
      const content = mediaContent(uploaded, params, shown);
      const where = {
        delivery,
        ...(roomId === undefined ? {} : { roomId }),
        ...(as === undefined ? {} : { as }),
      };
      const isEncrypted = rooms.isEncrypted(roomOf(delivery, roomId));
      const media = isEncrypted ? null : { ...asTold(uploaded, params), ...shown };
      return { ...put(where, mediaEventType(params.kind), content), media };
    },
    "file.close": ({ file }) => {
      files.delete(file);
      return null;
    },
    ...rooms.methods,
    "room.create": ({ delivery, ...room }) => {
      deliveryOf(delivery);
      return rooms.create(room);
    },
    "room.name": ({ delivery }) => ({ name: rooms.nameOf(deliveryOf(delivery).roomId) }),
    "room.encrypted": ({ delivery }) => ({ encrypted: rooms.isEncrypted(deliveryOf(delivery).roomId) }),
    "room.sender": ({ delivery }) => {
      const { roomId, sender, powerLevel } = deliveryOf(delivery);
      return rooms.powerOf(roomId, sender, powerLevel);
    },
    "store.get": ({ key }) => ({ json: store.get(key) ?? null }),
    "store.set": ({ key, json }) => {
      store.set(key, json);
      return null;
    },
    "store.delete": ({ key }) => {
      store.delete(key);
      return null;
    },
    "store.list": ({ prefix, limit }) =>
      [...store]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, limit)
        .map(([key, json]) => ({ key, json })),
    "database.migrate": ({ migrations }) => {
      const opened = migrateDatabase(":memory:", DATABASE_MB, migrations);
      if ("error" in opened) throw new HostError("DATABASE", opened.error);
      database = opened;
      return null;
    },
    "http.fetch": ({ url }) => {
      throw new HostError("PERMISSION_DENIED", `A test bot has no network: ${url}`);
    },
    "web-socket.open": ({ url }) => {
      throw new HostError("PERMISSION_DENIED", `A test bot has no network: ${url}`);
    },
    "web-socket.send": () => null,
    "web-socket.receive": () => [],
    "web-socket.close": () => null,
    "program.run": async ({ name, args, files: given = {}, collect = [] }) => {
      const program = options.programs?.[name];
      if (!program) throw new HostError("PERMISSION_DENIED", `createTestBot was given no program "${name}".`);
      const texts = Object.entries(given).map(([key, file]) => [
        key,
        "text" in file ? file.text : fileNamed(file.file),
      ]);
      const { files: made = {}, ...ended } = await program(args, Object.fromEntries(texts));
      const collected = Object.entries(made).filter(([key]) => collect.includes(key));
      return {
        ...{ exitCode: 0, stdout: "", stderr: "", timedOut: false, truncated: false, ...ended },
        files: Object.fromEntries(collected.map(([key, file]) => [key, hold(file)])),
      };
    },
    "log.write": (entry) => void log.push(entry),
    "delivery.settle": () => undefined,
  };

  const link: HostLink = {
    async call(method, params) {
      return plain((await methods[method](plain(params) as never)) as never);
    },
    notify(method, params) {
      methods[method](plain(params) as never);
    },
    database(request) {
      database ??= openPluginDatabase(":memory:", DATABASE_MB);
      return plain(database.execute(plain(request)));
    },
  };

  return {
    link,
    /** What `!help` shows. */
    setCommands(all: readonly CommandInfo[]) {
      commands = all;
    },
    sent,
    log,
    read,
    typing,
    removed,
    healths,
    rooms: rooms.all,
    profiles: acting.profiles,
    /** From here on the bot may answer this event. Returns where its answers gather. */
    open(delivery: number, roomId: string, event: MatrixEvent, powerLevel = 0): TestAnswer[] {
      const answers: TestAnswer[] = [];
      if (hasOwnRoom(roomId)) rooms.said(roomId, event);
      const { event_id: eventId, sender } = event;
      deliveries.set(delivery, { roomId, eventId, sender, powerLevel, sent: answers });
      return answers;
    },
    settle: (delivery: number) => void deliveries.delete(delivery),
    openFiles: () => files.size,
    /** Drops its files and its database. */
    close() {
      files.clear();
      database?.close();
      database = undefined;
    },
  };
}

/** What crosses to a real host is copied, so a plugin's test must see what cannot be. */
function plain<T>(data: T): T {
  try {
    return structuredClone(data);
  } catch (error) {
    throw new HostError(
      "NOT_PLAIN_DATA",
      `This data cannot cross to the host: ${toErrorData(error).message}`,
    );
  }
}

function textOf(content: JsonObject): string {
  if (typeof content.body === "string") return content.body;
  const relation = content["m.relates_to"] as { key?: unknown } | undefined;
  return typeof relation?.key === "string" ? relation.key : "";
}
