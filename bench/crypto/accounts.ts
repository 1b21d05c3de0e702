// The process that parts/crypto.ts measures: accounts with their threads, at the development homeserver.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AccountCrypto, openCrypto } from "@rookery/crypto";
import { addDevices, keyServer, writeRoomKeys } from "@rookery/crypto/testing";
import { median } from "../quantile.ts";

export interface AccountsOrder {
  more: number;
  events: number;
  devices: number;
  roomKeys: number;
}

export interface AccountsFigures {
  encryptMs: number;
  decryptMs: number;
  shareMs: number;
  startMs: number;
  fullStartMs: number;
  firstMb: number;
  furtherMb: number;
  fullMb: number;
}

const { more, events, devices, roomKeys } = JSON.parse(process.argv[2] ?? "") as AccountsOrder;
const folder = await mkdtemp(join(tmpdir(), "rookery-bench-crypto-"));
const server = await keyServer();

const idOf = (name: string) => `@${name}:rook.test`;
const account = (name: string) => ({
  userId: idOf(name),
  deviceId: "BENCH",
  file: join(folder, `${name}.db`),
  storeKey: new Uint8Array(32),
});

/** As an account has it at its start: open, sync, send. */
async function start(name: string): Promise<AccountCrypto> {
  const crypto = openCrypto({ ...account(name), http: server.httpOf(idOf(name), "BENCH") });
  await crypto.handleSync(await server.sync(idOf(name), "BENCH"));
  await crypto.outgoing();
  return crypto;
}

function residentMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss / 1e6;
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const begin = performance.now();
  const result = await work();
  return { ms: performance.now() - begin, result };
}

const room = (id: string, members: string[]) => ({
  roomId: `!${id}:rook.test`,
  members,
  // None in between that would take a new key.
  encryption: { algorithm: "m.megolm.v1.aes-sha2", rotation_period_msgs: 100_000 },
});

try {
  const empty = residentMb();
  const { result: bot, ms: startMs } = await timed(() => start("bot"));
  const one = residentMb();
  const others: AccountCrypto[] = [];
  for (let i = 0; i < more; i++) others.push(await start(`other${i}`));
  const [firstMb, furtherMb] = [one - empty, (residentMb() - one) / more];

  const [reader] = others;
  const talk = room("talk", [idOf("bot"), idOf("other0")]);
  await bot.encrypt(talk, "m.room.message", { body: "first" });
  await reader?.handleSync(await server.sync(idOf("other0"), "BENCH"));
  const [encrypting, decrypting]: [number[], number[]] = [[], []];
  for (let i = 0; i < events; i++) {
    const content = { msgtype: "m.text", body: `message ${i}` };
    const encrypted = await timed(() => bot.encrypt(talk, "m.room.message", content));
    encrypting.push(encrypted.ms);
    const event = {
      type: "m.room.encrypted",
      event_id: `$${i}`,
      room_id: talk.roomId,
      sender: idOf("bot"),
      origin_server_ts: 0,
      content: encrypted.result,
    };
    const decrypted = await timed(async () => reader?.decrypt(talk.roomId, event));
    if (!decrypted.result?.isDecrypted) throw new Error(`Event ${i} could not be decrypted.`);
    decrypting.push(decrypted.ms);
  }

  const people = await addDevices(server, devices);
  const crowd = room("crowd", [idOf("bot"), ...people]);
  const { ms: shareMs } = await timed(() => bot.encrypt(crowd, "m.room.message", { body: "Hello, all" }));

  await writeRoomKeys(account("full"), roomKeys);
  const before = residentMb();
  const { result: full, ms: fullStartMs } = await timed(() => start("full"));
  const { backup } = await full.status();
  if (backup.total !== roomKeys) throw new Error(`There are ${backup.total} room keys.`);
  const figures: AccountsFigures = {
    encryptMs: median(encrypting),
    decryptMs: median(decrypting),
    ...{ shareMs, startMs, fullStartMs, firstMb, furtherMb },
    fullMb: residentMb() - before,
  };
  await Promise.all([bot, full, ...others].map((crypto) => crypto.close()));
  process.send?.(figures);
} finally {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}
process.disconnect?.();
