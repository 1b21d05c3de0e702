import { expect, test } from "vitest";
import { startHttpServer } from "../../testing/http-server.ts";
import { openTestScopes } from "../../testing/scopes.ts";
import { startWebSocketServer } from "../../testing/web-socket-server.ts";

const text = (body: string) => ({ msgtype: "m.text", body });
const failure = (code: string, message = "") => ({ code, message: expect.stringContaining(message) });

const ROOMS = ["create", "invite", "moderate", "state", "history"] as const;

/** A call of each method that would be in order, but for what the test is about. */
const CALLS: Record<string, Record<string, unknown>> = {
  "event.send": { delivery: 1, type: "m.room.message", content: text("hi") },
  "event.redact": { delivery: 1, eventId: "$event" },
  "help.send": { delivery: 1, related: { "m.relates_to": {} } },
  "typing.set": { delivery: 1, timeoutMs: 1_000 },
  "receipt.send": { delivery: 1 },
  "health.set": { check: "feed", ok: true, message: "It answers." },
  "profile.set": { delivery: 1, as: "slack_ada" },
  "file.fetch": { url: "https://example.org/" },
  "file.download": { mxc: "mxc://test/a" },
  "file.upload": { file: "a" },
  "file.send": { delivery: 1, file: "a", name: "a.jpg" },
  "file.limit": {},
  "file.close": { file: "a" },
  "room.create": { delivery: 1 },
  "room.invite": { roomId: "!a:test", userId: "@ada:test" },
  "room.kick": { roomId: "!a:test", userId: "@ada:test" },
  "room.ban": { roomId: "!a:test", userId: "@ada:test" },
  "room.unban": { roomId: "!a:test", userId: "@ada:test" },
  "room.state.get": { roomId: "!a:test", type: "m.room.topic", stateKey: "" },
  "room.state.set": { roomId: "!a:test", type: "m.room.topic", stateKey: "", content: {} },
  "room.name": { delivery: 1 },
  "room.sender": { delivery: 1 },
  "room.encrypted": { delivery: 1 },
  "room.info": { roomId: "!a:test" },
  "room.members": { roomId: "!a:test" },
  "room.history": { roomId: "!a:test", limit: 10 },
  "store.get": { key: "a" },
  "store.set": { key: "a", json: "1" },
  "store.delete": { key: "a" },
  "store.list": { prefix: "", limit: 10 },
  "database.migrate": { migrations: ["CREATE TABLE t (a)"] },
  "http.fetch": { url: "https://example.org/", method: "GET", headers: [] },
  "web-socket.open": { url: "wss://example.org/", protocols: [] },
  "web-socket.send": { socket: "a", message: { text: "hi" } },
  "web-socket.receive": { socket: "a" },
  "web-socket.close": { socket: "a" },
  "program.run": { name: "sh", args: [], timeoutMs: 1_000, maxOutputBytes: 1_000 },
  "log.write": { level: "info", message: "hi" },
  "delivery.settle": { id: 1, status: "done", ran: [] },
};

test("these are all the methods that there are", async () => {
  const { methods } = await openTestScopes();
  expect(Object.keys(methods).sort()).toEqual(Object.keys(CALLS).sort());
});

test.each([
  ["http.fetch", "network"],
  ["file.fetch", "network"],
  ["web-socket.open", "network"],
  ["web-socket.send", "network"],
  ["web-socket.receive", "network"],
  ["web-socket.close", "network"],
  ["program.run", "programs"],
  ["profile.set", "impersonate"],
  ["room.create", "rooms: create"],
  ["room.invite", "rooms: invite"],
  ["room.kick", "rooms: moderate"],
  ["room.ban", "rooms: moderate"],
  ["room.unban", "rooms: moderate"],
  ["room.state.get", "rooms: state"],
  ["room.state.set", "rooms: state"],
  ["room.info", "rooms: state"],
  ["room.members", "rooms: state"],
  ["room.history", "rooms: history"],
])("%s is refused without the permission %s", async (method, permission) => {
  // What else there is to grant does not help.
  const rooms = ROOMS.filter((operation) => `rooms: ${operation}` !== permission);
  const { call } = await openTestScopes({ granted: { rooms } });
  const text = `"${method}" needs the permission "${permission}", which the operator did not grant.`;
  await expect(call(method, CALLS[method])).rejects.toMatchObject(failure("PERMISSION_DENIED", text));
});

test("a permission gives what it names, and nothing beside", async () => {
  const config = { path: "/bin/echo", always: ["hi"], options: {}, operands: [], env: {} };
  const { call } = await openTestScopes({
    granted: { network: ["granted.example"], programs: ["greet"] },
    programs: { greet: config, shell: config },
  });
  const limits = { args: [], timeoutMs: 5_000, maxOutputBytes: 100 };
  expect(await call("program.run", { name: "greet", ...limits })).toMatchObject({ stdout: "hi\n" });
  await expect(call("program.run", { name: "shell", ...limits })).rejects.toMatchObject(
    failure("PERMISSION_DENIED"),
  );
  for (const method of ["http.fetch", "file.fetch", "web-socket.open"]) {
    await expect(call(method, CALLS[method])).rejects.toMatchObject(
      failure("PERMISSION_DENIED", "may not reach example.org"),
    );
  }
});

test.each(Object.keys(CALLS))("%s refuses parameters that are not of its form", async (method) => {
  const { call } = await openTestScopes({
    granted: { network: ["example.org"], programs: ["sh"], rooms: ROOMS, impersonate: ["slack_*"] },
  });
  const good = CALLS[method] ?? {};
  const wrong: unknown[] = [null, undefined, 5, "text", []];
  for (const key of Object.keys(good)) {
    const { [key]: _left, ...without } = good;
    wrong.push(without);
    for (const value of [null, {}, -1, ["x", 5]]) {
      const fits = Array.isArray(value)
        ? false
        : typeof value === "object" && value !== null && key === "content";
      if (!fits && !(key === "delivery" && value === -1) && !(key === "id" && value === -1)) {
        wrong.push({ ...good, [key]: value });
      }
    }
  }
  for (const params of wrong) {
    await expect(call(method, params), JSON.stringify(params)).rejects.toMatchObject(
      failure("BAD_REQUEST", `"${method}": `),
    );
  }
});

test.each<[method: string, what: string, params: object]>([
  ["store.get", "an empty key", { key: "" }],
  ["store.get", "a long key", { key: "x".repeat(513) }],
  ["store.set", "a value beyond 64 KiB", { key: "a", json: `"${"x".repeat(64 * 1024)}"` }],
  ["store.set", "what is not JSON", { key: "a", json: "{broken" }],
  ["store.list", "no entries", { prefix: "", limit: 0 }],
  ["store.list", "more than 1000 entries", { prefix: "", limit: 1001 }],
  ["event.send", "a redaction", { delivery: 1, type: "m.room.redaction", content: {} }],
  ["event.send", "no type", { delivery: 1, type: "", content: {} }],
  ["event.send", "half a delivery", { delivery: 1.5, type: "m.x", content: {} }],
  ["http.fetch", "a method of two words", { url: "https://example.org", method: "GET IT", headers: [] }],
  [
    "http.fetch",
    "an object for a body",
    { url: "https://example.org", method: "GET", headers: [], body: {} },
  ],
  ["web-socket.open", "no address", { url: "", protocols: [] }],
  ["web-socket.send", "neither text nor bytes", { socket: "a", message: {} }],
  ["web-socket.close", "a code of the protocol's own", { socket: "a", code: 1001 }],
  ["file.fetch", "hours", { url: "https://example.org", timeoutMs: 600_001 }],
  ["program.run", "hours", { name: "sh", args: [], timeoutMs: 600_001, maxOutputBytes: 1 }],
  ["program.run", "much output", { name: "sh", args: [], timeoutMs: 1, maxOutputBytes: 17 * 1024 * 1024 }],
  ["room.state.set", "membership", { roomId: "!a", type: "m.room.member", stateKey: "@a:b", content: {} }],
  ["room.invite", "a user of no server", { roomId: "!a", userId: "@ada" }],
  ["room.kick", "another path", { roomId: "a/../b", userId: "@ada:test" }],
  ["room.history", "all at once", { roomId: "!a", limit: 101 }],
  ["profile.set", "nobody", { delivery: 1, as: "", displayName: "x" }],
  ["profile.set", "a long name", { delivery: 1, as: "slack_ada", displayName: "x".repeat(257) }],
  ["log.write", "an unknown level", { level: "fatal", message: "hi" }],
])("%s refuses %s", async (method, _what, params) => {
  const { call, unexpected } = await openTestScopes({
    granted: { network: ["example.org"], programs: ["sh"], rooms: ROOMS, impersonate: ["slack_*"] },
  });
  await expect(call(method, params)).rejects.toMatchObject(failure("BAD_REQUEST"));
  expect(unexpected).toEqual([]);
});

test("an instance that does not run in this worker has no methods", async () => {
  const { call } = await openTestScopes();
  for (const id of ["", "three", "__proto__"]) {
    await expect(call("store.get", { key: "a" }, id)).rejects.toMatchObject(failure("CLOSED", "not running"));
  }
});

test.each(["event.send", "event.redact", "typing.set", "receipt.send"])(
  "%s works for a delivery of one's own, while it runs",
  async (method) => {
    const { call, deliver, bot, ada, roomId, dispatcher } = await openTestScopes();
    const delivery = deliver(await ada.say(roomId, "hi"));
    const eventId = await bot.say(roomId, "mine");
    const params = { ...CALLS[method], delivery, ...(method === "event.redact" ? { eventId } : {}) };

    await expect(call(method, params, "two")).rejects.toMatchObject(failure("DELIVERY_ENDED"));
    await call(method, params);
    dispatcher.settled("one", { id: delivery, status: "done", ran: [] });
    await expect(call(method, params)).rejects.toMatchObject(failure("DELIVERY_ENDED"));
  },
);

test("event.send says it in the room of the delivery, and gives the event's ID", async () => {
  const { call, deliver, ada, bot, roomId } = await openTestScopes();
  const delivery = deliver(await ada.say(roomId, "hi"));
  const { eventId } = await call("event.send", { delivery, type: "m.room.message", content: text("hello") });
  expect(await ada.messages(roomId)).toContainEqual(
    expect.objectContaining({ eventId, sender: bot.userId, body: "hello" }),
  );
});

test("event.redact removes what the bot sent, now or before, and nobody else's", async () => {
  const { call, deliver, ada, bot, roomId } = await openTestScopes();
  const hers = await ada.say(roomId, "hers");
  const old = await bot.say(roomId, "old");
  const delivery = deliver(hers);
  const { eventId: sent } = await call("event.send", {
    delivery,
    type: "m.room.message",
    content: text("new"),
  });

  await call("event.redact", { delivery, eventId: sent });
  await call("event.redact", { delivery, eventId: old, reason: "out of date" });
  await expect(call("event.redact", { delivery, eventId: hers })).rejects.toMatchObject(
    failure("PERMISSION_DENIED", "only what it sent itself"),
  );
  expect((await ada.messages(roomId)).map(({ body }) => body)).toEqual(["hers", undefined, undefined]);
});

test.each(["event.send", "event.redact", "file.send"])(
  "%s of an event writes to no other room, whoever is in it",
  async (method) => {
    const { call, deliver, ada, bot, roomId } = await openTestScopes();
    const other = await ada.room([bot]);
    const eventId = await bot.say(other, "mine");
    const params = { ...CALLS[method], delivery: deliver(await ada.say(roomId, "hi")), eventId };

    await expect(call(method, { ...params, roomId: other })).rejects.toMatchObject(
      failure("PERMISSION_DENIED", `is answered there, not in ${other}`),
    );
    await expect(call(method, { ...params, roomId: "schedule:report" })).rejects.toMatchObject(
      failure("BAD_REQUEST"),
    );
    expect((await ada.messages(other)).map(({ body }) => body)).toEqual(["mine"]);
  },
);

test("a schedule writes to the rooms that it names, and removes what the bot sent there", async () => {
  const { call, runSchedule, ada, bot, roomId } = await openTestScopes();
  const other = await ada.room([bot]);
  const delivery = runSchedule("report");
  const send = (room: string, body: string) =>
    call("event.send", { delivery, roomId: room, type: "m.room.message", content: text(body) });

  const { eventId } = await send(roomId, "one");
  await send(other, "two");
  await call("event.redact", { delivery, roomId, eventId });

  const bodies = async (room: string) => (await ada.messages(room)).map(({ body }) => body);
  expect([await bodies(roomId), await bodies(other)]).toEqual([[undefined], ["two"]]);
});

test("a schedule removes nobody else's words, and reaches no room that the bot is not in", async () => {
  const { call, runSchedule, ada, roomId } = await openTestScopes();
  const hers = await ada.say(roomId, "hers");
  const closed = await ada.room();
  const delivery = runSchedule("report");

  await expect(call("event.redact", { delivery, roomId, eventId: hers })).rejects.toMatchObject(
    failure("PERMISSION_DENIED", "only what it sent itself"),
  );
  const content = text("hi");
  await expect(
    call("event.send", { delivery, roomId: closed, type: "m.room.message", content }),
  ).rejects.toMatchObject(failure("M_FORBIDDEN"));
});

test.each(["event.send", "event.redact", "file.send", "typing.set", "receipt.send"])(
  "%s of a schedule needs a room to be named",
  async (method) => {
    const { call, runSchedule, unexpected } = await openTestScopes();
    const params = { ...CALLS[method], delivery: runSchedule("report") };
    await expect(call(method, params)).rejects.toMatchObject(failure("BAD_REQUEST", "has no room"));
    expect(unexpected).toEqual([]);
  },
);

test("what the homeserver refuses comes back with its code and words", async () => {
  const { call, deliver, ada, bot, roomId, unexpected } = await openTestScopes();
  const delivery = deliver(await ada.say(roomId, "hi"));
  await bot.client.leaveRoom(roomId);
  const send = call("event.send", { delivery, type: "m.room.message", content: text("hi") });
  await expect(send).rejects.toMatchObject({ name: "HostError", ...failure("M_FORBIDDEN") });
  expect(unexpected).toEqual([]);
});

test("typing and receipts reach the room", async () => {
  const { call, deliver, ada, roomId } = await openTestScopes();
  const eventId = await ada.say(roomId, "hi");
  const delivery = deliver(eventId);
  await call("typing.set", { delivery, timeoutMs: 30_000 });
  await call("receipt.send", { delivery });
  const { rooms } = (await ada.client.doRequest("GET", "/_matrix/client/v3/sync")) as {
    rooms: { join: Record<string, { ephemeral: { events: unknown[] } }> };
  };
  const ephemeral = rooms.join[roomId]?.ephemeral.events;
  expect(ephemeral).toContainEqual({ type: "m.typing", content: { user_ids: ["@bot:test"] } });
  expect(ephemeral).toContainEqual({
    ...{ type: "m.receipt", content: { [eventId]: { "m.read": { "@bot:test": expect.anything() } } } },
  });
});

test("a store is one instance's own", async () => {
  const { call } = await openTestScopes();
  await call("store.set", { key: "colour", json: '"blue"' });
  expect(await call("store.get", { key: "colour" })).toEqual({ json: '"blue"' });
  expect(await call("store.get", { key: "colour" }, "two")).toEqual({ json: null });
  expect(await call("store.list", { prefix: "", limit: 10 })).toEqual([{ key: "colour", json: '"blue"' }]);
  await call("store.delete", { key: "colour" });
  expect(await call("store.get", { key: "colour" })).toEqual({ json: null });
});

test("a log line is the instance's", async () => {
  const { call, logs } = await openTestScopes();
  await call("log.write", { level: "warn", message: "careful", stack: "at plugin.ts:1" });
  expect(logs.lines("one")).toMatchObject([{ level: "warn", message: "careful", stack: "at plugin.ts:1" }]);
  expect(logs.lines("two")).toEqual([]);
});

test("http.fetch gives status, headers and bytes of a granted host", async () => {
  const server = await startHttpServer((request, response) =>
    response
      .writeHead(201, { "set-cookie": ["a=1", "b=2"] })
      .end(`${request.method} ${request.headers["x-a"]}`),
  );
  const { call } = await openTestScopes({ granted: { network: [server.host] } });
  const headers = [["x-a", "yes"]];
  const answer = await call("http.fetch", { url: server.url, method: "POST", headers, body: "hi" });
  expect(answer).toMatchObject({ url: `${server.url}/`, status: 201 });
  expect(answer.headers).toContainEqual(["set-cookie", "b=2"]);
  expect(Buffer.from(String(answer.bodyBase64), "base64").toString()).toBe("POST yes");
});

test("an answer larger than memory should hold, one too late, and one that breaks off are told apart", async () => {
  const server = await startHttpServer((request, response) => {
    response.writeHead(200).flushHeaders();
    if (request.url === "/large") response.end(Buffer.alloc(10 * 1024 * 1024 + 1));
    if (request.url === "/broken") response.write("half", () => response.destroy());
  });
  const { call, unexpected } = await openTestScopes({ granted: { network: [server.host] } });
  const ask = (path: string) =>
    call("http.fetch", {
      url: server.url + path,
      method: "GET",
      headers: [],
      timeoutMs: path === "/slow" ? 100 : 9_000,
    });
  await expect(ask("/large")).rejects.toMatchObject(failure("TOO_LARGE"));
  await expect(ask("/slow")).rejects.toMatchObject(failure("DEADLINE"));
  await expect(ask("/broken")).rejects.toMatchObject(failure("NETWORK_FAILED"));
  expect(unexpected).toEqual([]);
});

test("what breaks off because the instance was stopped is its end, not the host's failure", async () => {
  const server = await startHttpServer(() => undefined);
  const { call, open, unexpected } = await openTestScopes({ granted: { network: [server.host] } });
  const asked = call("http.fetch", { url: server.url, method: "GET", headers: [] });
  server.server.once("request", () => void open.get("one")?.dispose("The instance was stopped."));
  await expect(asked).rejects.toMatchObject(failure("CLOSED", "was stopped"));
  expect(unexpected).toEqual([]);
});

test("an event that no homeserver takes is not sent to it", async () => {
  const { call, deliver } = await openTestScopes();
  const delivery = deliver("$large");
  const content = text("x".repeat(70_000));
  await expect(call("event.send", { delivery, type: "m.room.message", content })).rejects.toMatchObject(
    failure("TOO_LARGE", "Matrix allows 65536"),
  );
});

test("a WebSocket is one instance's own, and ends with it", async () => {
  const server = await startWebSocketServer((socket) => socket.on("message", (data) => socket.send(data)));
  const { call, open } = await openTestScopes({ granted: { network: [server.host] } });
  const { socket } = await call("web-socket.open", { url: server.url, protocols: [] });
  await call("web-socket.send", { socket, message: { base64: "AAE=" } });
  expect(await call("web-socket.receive", { socket })).toEqual([
    { base64: Buffer.from([0, 1]).toString("base64") },
  ]);
  for (const [method, more] of [
    ["web-socket.send", { message: { text: "hi" } }],
    ["web-socket.receive", {}],
    ["web-socket.close", {}],
  ] as const) {
    await expect(call(method, { socket, ...more }, "two")).rejects.toMatchObject(failure("NO_SUCH_SOCKET"));
  }
  const [peer] = server.sockets.clients;
  const gone = new Promise((resolve) => peer?.once("close", resolve));
  await open.get("one")?.dispose("The instance was stopped.");
  await gone;
});
