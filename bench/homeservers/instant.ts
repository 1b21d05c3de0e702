import type { AddressInfo } from "node:net";
import { commandText, type RoomBatch, syncBody } from "./events.ts";
import { createFastServer, type Request } from "./http.ts";
import type { Order, Orders } from "./orders.ts";

/**
 * A stand-in of a homeserver that answers at once, in a process of its own: what it gives out is
 * written in advance, and what it gets is looked at afterwards. Tokens are user names: `bot0`, `bot1`, …
 * It prints its address, takes an order as an IPC message, and answers with the result.
 */

interface User {
  /** Answers to its next syncs. */
  ready: string[];
  /** The sync that waits. */
  waiting?: Request;
  batches: number;
}

const users = new Map<string, User>();
let onSend: (body: string, txnId: string) => void = () => undefined;
let onSync: (name: string) => void = () => undefined;
let lastEvent = 0;

function userOf(name: string): User {
  const user = users.get(name) ?? { ready: [], batches: 0 };
  users.set(name, user);
  return user;
}

const server = createFastServer((request) => {
  const { method, path, token, body } = request;
  if (method === "PUT" && path.includes("/send/")) {
    request.answer(`{"event_id":"$answer${++lastEvent}"}`);
    onSend(body, path.slice(path.lastIndexOf("/") + 1));
  } else if (path.includes("/sync?")) {
    sync(userOf(token), request);
    onSync(token);
  } else if (path.endsWith("/_matrix/client/versions")) {
    request.answer('{"versions":["v1.11"]}');
  } else if (path.includes("/account/whoami")) {
    request.answer(`{"user_id":"@${token}:bench","device_id":"BENCH"}`);
  } else if (path.endsWith("/account_data/m.direct")) {
    request.answer("{}");
  } else if (path.endsWith("/joined_rooms")) {
    request.answer('{"joined_rooms":[]}');
  } else {
    // No room has a setting: it is in the clear, say.
    if (path.includes("/state/")) request.answer('{"errcode":"M_NOT_FOUND","error":"Not set"}', 404);
    else request.answer('{"errcode":"M_UNRECOGNIZED","error":"Not part of the benchmark"}', 404);
  }
});

function sync(user: User, request: Request): void {
  const query = new URLSearchParams(request.path.slice(request.path.indexOf("?")));
  const timeout = query.has("since") ? Number(query.get("timeout")) : 0;
  const ready = user.ready.shift() ?? (timeout === 0 ? syncBody(user.batches, []) : undefined);
  if (ready !== undefined) {
    request.answer(ready);
    return;
  }
  user.waiting = request;
  setTimeout(() => {
    if (user.waiting !== request) return;
    delete user.waiting;
    request.answer(syncBody(user.batches, []));
  }, timeout).unref();
}

function give(user: User, bodies: string[]): void {
  user.ready.push(...bodies);
  const waiting = user.waiting;
  const first = waiting && user.ready.shift();
  if (first === undefined) return;
  delete user.waiting;
  waiting?.answer(first);
}

/** Spreads messages over rooms and syncs: the first sync of each room tells who its people are. */
function write(
  user: User,
  texts: string[],
  { perSync, rooms }: { perSync: number; rooms: number },
): { bodies: string[]; eventIds: string[] } {
  const bodies: string[] = [];
  const eventIds: string[] = [];
  for (let from = 0; from < texts.length; from += perSync) {
    const batch = new Map<number, RoomBatch>();
    texts.slice(from, from + perSync).forEach((text, n) => {
      const room = (from + n) % rooms;
      const found = batch.get(room) ?? { room, isNew: from + n < rooms, messages: [] };
      batch.set(room, found);
      const eventId = `$${String(++lastEvent).padStart(43, "e")}`;
      eventIds.push(eventId);
      found.messages.push({ eventId, text });
    });
    bodies.push(syncBody(++user.batches, [...batch.values()]));
  }
  return { bodies, eventIds };
}

const carryOut: { [K in keyof Orders]: (order: Orders[K]["order"]) => Promise<Orders[K]["result"]> } = {
  async echo({ times, quietMs }) {
    const latenciesMs: number[] = [];
    const user = userOf("bot0");
    while (latenciesMs.length < times) {
      const { bodies } = write(user, [commandText(latenciesMs.length)], { perSync: 1, rooms: 1 });
      const start = performance.now();
      const answered = new Promise<void>((resolve) => {
        onSend = () => resolve();
      });
      give(user, bodies);
      await answered;
      latenciesMs.push(performance.now() - start);
      if (quietMs > 0) await new Promise((resolve) => setTimeout(resolve, quietMs));
    }
    return { latenciesMs };
  },

  async flood({ users: count, commands, perSync, rooms }) {
    const each = commands / count;
    const work = Array.from({ length: count }, (_, n) => {
      const user = userOf(`bot${n}`);
      const texts = Array.from({ length: each }, (_, n) => commandText(n));
      return { user, ...write(user, texts, { perSync, rooms }) };
    });
    const sent: { body: string; txnId: string }[] = [];
    const start = performance.now();
    const ms = await new Promise<number>((resolve) => {
      onSend = (body, txnId) => {
        if (sent.push({ body, txnId }) === commands) resolve(performance.now() - start);
      };
      for (const { user, bodies } of work) give(user, bodies);
    });
    // What would be sent twice may still be on its way.
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { ms, ...check(sent, new Set(work.flatMap(({ eventIds }) => eventIds))) };
  },

  async chatter({ events, perSync, rooms }) {
    const user = userOf("bot0");
    const texts = Array.from({ length: events }, (_, n) => `Has anybody fed the birds today? (${n})`);
    const { bodies } = write(user, texts, { perSync, rooms });
    const start = performance.now();
    const ms = await new Promise<number>((resolve) => {
      onSync = () => {
        if (user.waiting) resolve(performance.now() - start);
      };
      give(user, bodies);
    });
    onSync = () => undefined;
    return { ms };
  },
};

/** A repeated transaction is one event, as on a real homeserver; two transactions for one command are not. */
function check(sent: { body: string; txnId: string }[], asked: Set<string>) {
  const answers = new Map<string, Set<string>>();
  for (const { body, txnId } of sent) {
    const content = JSON.parse(body) as { "m.relates_to": { "m.in_reply_to": { event_id: string } } };
    const to = content["m.relates_to"]["m.in_reply_to"].event_id;
    answers.set(to, (answers.get(to) ?? new Set()).add(txnId));
  }
  const answered = [...asked].filter((eventId) => answers.has(eventId)).length;
  const twice = [...answers.values()].filter((txnIds) => txnIds.size > 1).length;
  return { answered, missing: asked.size - answered, twice };
}

process.on("message", async (order: Order) => {
  process.send?.(await carryOut[order.kind](order as never));
});
process.on("disconnect", () => process.exit(0));
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
