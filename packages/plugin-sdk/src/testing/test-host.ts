import { HostError } from "../protocol/errors.ts";
import type { FileInfo, HostApi, JsonObject, LogEntry } from "../protocol/index.ts";
import type { HostLink } from "../runtime/index.ts";
import type { TestAnswer, TestBotOptions } from "./test-bot.ts";

/** A file as a stand-in for a download describes it. */
export type TestFile = Omit<FileInfo, "file">;

type Methods = {
  [K in keyof HostApi]: (
    params: Parameters<HostApi[K]>[0],
  ) => Awaited<ReturnType<HostApi[K]>> | ReturnType<HostApi[K]>;
};

/** The host of a test bot: the same methods, in memory, with nothing behind them. */
export function createTestHost(options: TestBotOptions) {
  const rooms = new Map<number, string>();
  const sent: TestAnswer[] = [];
  const log: LogEntry[] = [];
  const store = new Map<string, string>();
  const files = new Map<string, TestFile>();
  let lastFile = 0;

  function put(delivery: number, type: string, content: JsonObject) {
    const roomId = rooms.get(delivery);
    if (!roomId)
      throw new HostError("DELIVERY_ENDED", "This event's handler has ended already. Await what you send.");
    const eventId = `$answer${sent.length + 1}`;
    sent.push({
      eventId,
      roomId,
      type,
      content: content as Record<string, unknown>,
      text: textOf(content),
      redacted: false,
    });
    return { eventId };
  }

  async function addFile(url: string) {
    if (!options.download)
      throw new HostError("NETWORK_FAILED", `createTestBot was given no "download" for ${url}.`);
    const file = `file${++lastFile}`;
    const found = await options.download(url);
    files.set(file, found);
    return { file, ...found };
  }

  function fileNamed(file: string): TestFile {
    const found = files.get(file);
    if (!found) throw new HostError("NO_SUCH_FILE", `There is no open file "${file}".`);
    return found;
  }

  const methods: Methods = {
    "event.send": ({ delivery, type, content }) => put(delivery, type, content),
    "event.redact": ({ delivery, eventId }) => {
      const target = sent.find((answer) => answer.eventId === eventId);
      if (!target) throw new HostError("FORBIDDEN", `The bot did not send ${eventId}.`);
      if (!rooms.has(delivery))
        throw new HostError("DELIVERY_ENDED", "This event's handler has ended already.");
      target.redacted = true;
      return { eventId: `$redaction-of-${eventId}` };
    },
    "typing.set": () => null,
    "receipt.send": () => null,
    "file.fetch": ({ url }) => addFile(url),
    "file.download": ({ mxc }) => addFile(mxc),
    "file.upload": ({ file }) => {
      fileNamed(file);
      return { mxc: `mxc://test/${file}` };
    },
    "file.send": ({ delivery, file, name, caption, width, height, durationMs, relatesTo }) => {
      const found = fileNamed(file);
      const kind = ["image", "video", "audio"].find((each) => found.type.startsWith(`${each}/`)) ?? "file";
      const w = width ?? found.width;
      const h = height ?? found.height;
      const duration = durationMs ?? found.durationMs;
      return put(delivery, "m.room.message", {
        msgtype: `m.${kind}`,
        body: caption ?? name,
        filename: name,
        url: `mxc://test/${file}`,
        info: {
          mimetype: found.type,
          size: found.size,
          ...(w === undefined ? {} : { w }),
          ...(h === undefined ? {} : { h }),
          ...(duration === undefined ? {} : { duration }),
        },
        ...(relatesTo ? { "m.relates_to": relatesTo } : {}),
      });
    },
    "file.close": ({ file }) => {
      files.delete(file);
      return null;
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
    "http.fetch": ({ url }) => {
      throw new HostError("PERMISSION_DENIED", `A test bot has no network: ${url}`);
    },
    "program.run": async ({ name, args }) => {
      const program = options.programs?.[name];
      if (!program) throw new HostError("PERMISSION_DENIED", `createTestBot was given no program "${name}".`);
      return {
        exitCode: 0,
        stdout: "",
        stderr: "",
        timedOut: false,
        truncated: false,
        ...(await program(args)),
      };
    },
    "log.write": (entry) => void log.push(entry),
    "delivery.settle": () => undefined,
  };

  const link: HostLink = {
    async call(method, params) {
      return (await methods[method](params as never)) as never;
    },
    notify(method, params) {
      methods[method](params as never);
    },
  };

  return {
    link,
    sent,
    log,
    open: (delivery: number, roomId: string) => void rooms.set(delivery, roomId),
    settle: (delivery: number) => void rooms.delete(delivery),
    openFiles: () => files.size,
  };
}

function textOf(content: JsonObject): string {
  if (typeof content.body === "string") return content.body;
  const relation = content["m.relates_to"] as { key?: unknown } | undefined;
  return typeof relation?.key === "string" ? relation.key : "";
}
