import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AccountCrypto, openCrypto } from "@rookery/crypto";
import type { Person } from "../../test/matrix/person.ts";
import { startEchoHost } from "../bots/bots.ts";
import { cpuMs, residentMb } from "../bots/process-usage.ts";
import { startDevHomeserver } from "../homeservers/start-dev.ts";
import type { Measure, Part } from "../part.ts";
import { quantile } from "../quantile.ts";

const BOTS = 4;
const WARM_UP = 50;
const TIMES = 300;
const ENCRYPTION = { algorithm: "m.megolm.v1.aes-sha2" };

export const encrypted: Part = {
  name: "encrypted",
  about: `One command after another through the host and the development homeserver, in a room in the clear and in an encrypted one: from when the homeserver has the command to when the person has the answer, and the host's processor time for both. Then what an account takes in memory from its first encrypted room on, ${BOTS} accounts in one host.`,

  async run(): Promise<Measure[]> {
    await using homeserver = await startDevHomeserver();
    const bots = await Promise.all(Array.from({ length: BOTS }, (_, n) => homeserver.register(`bot${n}`)));
    const ada = await homeserver.register("ada");
    const tokens = bots.map(({ accessToken }) => accessToken);
    await using host = await startEchoHost({ homeserverUrl: homeserver.url, tokens });
    await using device = await encryptingDevice(ada);

    const [first, ...others] = bots.map(({ userId }) => userId) as [string, ...string[]];
    const open = await roomWith(ada, first);
    const plain = await talk(ada, open, first, host.pid, (content) => ["m.room.message", content]);
    const before = residentMb(host.pid);
    const secret = await roomWith(ada, first, ENCRYPTION);
    const inSecret = await talk(ada, secret, first, host.pid, device.encryptFor(secret, first));
    const one = residentMb(host.pid);
    for (const other of others) {
      const roomId = await roomWith(ada, other, ENCRYPTION);
      await ask(ada, roomId, other, 1, device.encryptFor(roomId, other));
    }
    const all = residentMb(host.pid);
    return [
      { what: "answer in a room in the clear, p50", value: plain.p50, unit: "ms" },
      { what: "answer in an encrypted room, p50", value: inSecret.p50, unit: "ms" },
      { what: "CPU of the host, in the clear", value: plain.cpuMs, unit: "ms/event" },
      { what: "CPU of the host, encrypted", value: inSecret.cpuMs, unit: "ms/event" },
      { what: "memory of the first encrypted account", value: one - before, unit: "MB" },
      { what: "memory of each further one", value: (all - one) / (BOTS - 1), unit: "MB" },
    ];
  },
};

type Seal = (content: object) => [string, object] | Promise<[string, object]>;

async function roomWith(ada: Person, other: string, encryption?: object): Promise<string> {
  const setting = { type: "m.room.encryption", state_key: "", content: encryption };
  const body = { invite: [other], ...(encryption ? { initial_state: [setting] } : {}) };
  const { room_id: roomId } = await ada.request<{ room_id: string }>(
    ...(["POST", "/_matrix/client/v3/createRoom", body] as const),
  );
  await ada.joined(roomId, other);
  return roomId;
}

/** @returns how long it took, from when the homeserver had the command */
async function ask(ada: Person, roomId: string, bot: string, nth: number, seal: Seal): Promise<number> {
  const [type, content] = await seal({ msgtype: "m.text", body: `!echo number ${nth}` });
  await ada.send(roomId, type, content);
  const since = performance.now();
  const isAnswer = ({ sender, type: said }: { sender: string; type: string }) =>
    sender === bot && (said === "m.room.message" || said === "m.room.encrypted");
  await ada.until(roomId, (events) => events.filter(isAnswer).length >= nth);
  return performance.now() - since;
}

async function talk(ada: Person, roomId: string, bot: string, pid: number, seal: Seal) {
  for (let n = 1; n <= WARM_UP; n++) await ask(ada, roomId, bot, n, seal);
  const begin = cpuMs(pid);
  const latencies: number[] = [];
  for (let n = 1; n <= TIMES; n++) latencies.push(await ask(ada, roomId, bot, WARM_UP + n, seal));
  return { p50: quantile(latencies, 0.5), cpuMs: (cpuMs(pid) - begin) / TIMES };
}

/** Ada's device, as far as it says something: the answers need only arrive. */
async function encryptingDevice(ada: Person) {
  const folder = await mkdtemp(join(tmpdir(), "rookery-bench-encrypted-"));
  const whoAmI = await ada.request<{ device_id: string }>("GET", "/_matrix/client/v3/account/whoami");
  const crypto: AccountCrypto = openCrypto({
    ...{ userId: ada.userId, deviceId: whoAmI.device_id, storeKey: new Uint8Array(32) },
    file: join(folder, "encryption.db"),
    http: {
      request: async (method, path, body) => ({ status: 200, body: await ada.request(method, path, body) }),
    },
  });
  return {
    encryptFor(roomId: string, other: string): Seal {
      const room = { roomId, members: [ada.userId, other], encryption: ENCRYPTION };
      return async (content) => ["m.room.encrypted", await crypto.encrypt(room, "m.room.message", content)];
    },
    async [Symbol.asyncDispose]() {
      await crypto.close();
      await rm(folder, { recursive: true });
    },
  };
}
