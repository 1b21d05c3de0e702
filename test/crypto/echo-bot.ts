// A bot of one process, with the engine: answers each message with "echo: …". It can be killed at any moment and
// started again: the sync's token is saved when the answers are out, and an answer's transaction ID is its event's.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Http, openCrypto, type Room } from "@rookery/crypto";

export interface EchoBotOptions {
  homeserverUrl: string;
  userId: string;
  deviceId: string;
  accessToken: string;
  folder: string;
}

/** A call from the test: a method of the engine, or where the bot is. */
export interface EchoBotCall {
  id: number;
  method: "bootstrapCrossSigning" | "setUpRecovery" | "status" | "backup";
}

// biome-ignore lint/suspicious/noExplicitAny: events of many kinds
type Json = any;

interface State {
  since?: string;
  rooms: Record<string, { members: Record<string, string>; encryption?: object; visibility?: string }>;
  /** Events whose key has not come yet. */
  waiting: Json[];
}

const options = JSON.parse(process.argv[2] ?? "") as EchoBotOptions;
const { homeserverUrl, userId, deviceId, accessToken, folder } = options;
const stateFile = join(folder, "state.json");

async function request(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Json }> {
  const answer = await fetch(homeserverUrl + path, {
    method,
    headers: { authorization: `Bearer ${accessToken}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

const http: Http = { request };
const crypto = openCrypto({
  userId,
  deviceId,
  file: join(folder, "crypto.db"),
  storeKey: new Uint8Array(32).fill(1),
  http,
});

function load(): State {
  try {
    return JSON.parse(readFileSync(stateFile, "utf8")) as State;
  } catch {
    return { rooms: {}, waiting: [] };
  }
}

function save(state: State): void {
  writeFileSync(`${stateFile}.new`, JSON.stringify(state));
  renameSync(`${stateFile}.new`, stateFile);
}

const client = "/_matrix/client/v3";

function learn(state: State, roomId: string, event: Json): void {
  state.rooms[roomId] ??= { members: {} };
  const room = state.rooms[roomId];
  if (event.type === "m.room.member") room.members[event.state_key] = event.content.membership;
  if (event.type === "m.room.encryption") room.encryption = event.content;
  if (event.type === "m.room.history_visibility") room.visibility = event.content.history_visibility;
}

async function send(state: State, roomId: string, txnId: string, content: object): Promise<void> {
  const known = state.rooms[roomId];
  let [type, body] = ["m.room.message", content];
  if (known?.encryption !== undefined) {
    const members = Object.entries(known.members).flatMap(([id, membership]) =>
      membership === "join" || membership === "invite" ? [id] : [],
    );
    const room: Room = { roomId, members, encryption: known.encryption };
    if (known.visibility !== undefined) room.historyVisibility = known.visibility;
    [type, body] = ["m.room.encrypted", await crypto.encrypt(room, type, content)];
  }
  const path = `${client}/rooms/${encodeURIComponent(roomId)}/send/${type}/${encodeURIComponent(txnId)}`;
  const { status } = await request("PUT", path, body);
  if (status !== 200) throw new Error(`${path}: ${status}`);
}

async function answer(state: State, event: Json): Promise<void> {
  let { type, content } = event;
  if (type === "m.room.encrypted") {
    const decryption = await crypto.decrypt(event.room_id, event);
    if (!decryption.isDecrypted) {
      state.waiting.push(event);
      return;
    }
    ({ type, content } = decryption);
  }
  if (type !== "m.room.message") return;
  await send(state, event.room_id, `echo-${event.event_id}`, {
    msgtype: "m.text",
    body: `echo: ${content.body}`,
  });
}

async function step(state: State): Promise<void> {
  const query = new URLSearchParams({
    filter: JSON.stringify({ room: { timeline: { limit: 1000 } } }),
    timeout: state.since === undefined ? "0" : "30000",
    ...(state.since === undefined ? {} : { since: state.since }),
  });
  const { body: sync } = await request("GET", `${client}/sync?${query}`);
  await crypto.handleSync(sync);
  await crypto.outgoing();
  for (const roomId of Object.keys(sync.rooms?.invite ?? {})) {
    await request("POST", `${client}/rooms/${encodeURIComponent(roomId)}/join`, {});
  }
  const events: Json[] = state.waiting.splice(0);
  for (const [roomId, room] of Object.entries<Json>(sync.rooms?.join ?? {})) {
    for (const event of room.state?.events ?? []) learn(state, roomId, event);
    for (const event of room.timeline?.events ?? []) {
      learn(state, roomId, event);
      if (event.sender !== userId) events.push({ ...event, room_id: roomId });
    }
  }
  const isFirst = state.since === undefined;
  if (!isFirst) for (const event of events) await answer(state, event);
  state.since = sync.next_batch;
  save(state);
  if (isFirst) process.send?.("ready");
}

process.on("message", async ({ id, method }: EchoBotCall) => {
  try {
    process.send?.({ id, value: await crypto[method]() });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
});

const state = load();
// From here on it lives with its test.
process.on("disconnect", () => process.exit());
if (state.since !== undefined) process.send?.("ready");
for (;;) await step(state);
