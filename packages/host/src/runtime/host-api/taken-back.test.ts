import { expect, test } from "vitest";
import { startHttpServer } from "../../testing/http-server.ts";
import { openTestScopes } from "../../testing/scopes.ts";
import { allOf } from "../permissions.ts";

const denied = (message: string) => ({
  code: "PERMISSION_DENIED",
  message: expect.stringContaining(message),
});
const get = (url: string) => ({ url, method: "GET", headers: [] });

test.each(["http.fetch", "file.fetch"])(
  "%s follows no redirect to a host that was taken back meanwhile",
  async (method) => {
    const contacted: unknown[] = [];
    const second = await startHttpServer((request, response) => {
      contacted.push(request.url);
      response.end();
    });
    const arrived = Promise.withResolvers<() => void>();
    const first = await startHttpServer((_request, response) =>
      arrived.resolve(() => response.writeHead(302, { location: `${second.url}/secret` }).end()),
    );
    const { call, open } = await openTestScopes({ granted: { network: [first.host, second.host] } });
    const asked = call(method, method === "file.fetch" ? { url: first.url } : get(first.url));
    const answer = await arrived.promise;
    open.get("one")?.change(allOf({ network: [first.host] }), null);
    answer();
    await expect(asked).rejects.toMatchObject(denied("no longer reach"));
    expect(contacted).toEqual([]);
  },
);

test("a request to a host that is still granted goes on when another is taken back", async () => {
  const arrived = Promise.withResolvers<() => void>();
  const server = await startHttpServer((_request, response) => arrived.resolve(() => response.end("it")));
  const { call, open } = await openTestScopes({ granted: { network: [server.host, "other.example"] } });
  const asked = call("http.fetch", get(server.url));
  const answer = await arrived.promise;
  open.get("one")?.change(allOf({ network: [server.host] }), null);
  answer();
  expect(await asked).toMatchObject({ status: 200 });
});

test("a program that runs is ended when it is taken back", async () => {
  const sleep = { path: "/bin/sleep", always: ["60"], options: {}, operands: [], env: {} };
  const { call, open } = await openTestScopes({ granted: { programs: ["sleep"] }, programs: { sleep } });
  const run = { name: "sleep", args: [], timeoutMs: 60_000, maxOutputBytes: 100 };
  const asked = call("program.run", run);
  open.get("one")?.change(allOf(), null);
  await expect(asked).rejects.toMatchObject(denied('The program "sleep" was broken off'));
  await expect(call("program.run", run)).rejects.toMatchObject(denied("did not grant"));
});

test("what a method needs is looked at with each call, and what it used is counted", async () => {
  const { call, open, bot, ada, uses } = await openTestScopes({ granted: { rooms: ["state", "invite"] } });
  const roomId = await bot.room([ada]);
  const members = { roomId };
  await call("room.members", members);
  await call("room.members", members);
  open.get("one")?.change(allOf({ rooms: ["invite"] }), null);
  await expect(call("room.members", members)).rejects.toMatchObject(denied('"rooms: state"'));
  expect(uses.of("one")).toMatchObject([{ permission: "rooms", value: "state", count: 2 }]);
});

test("in a room that is not on its list, an instance neither writes nor looks, by whichever method", async () => {
  const { call, open, bot, ada, roomId, deliver, runSchedule } = await openTestScopes({
    granted: { rooms: ["create", "invite", "moderate", "state", "history"] },
  });
  const other = await bot.room([ada]);
  const said = await bot.say(other, "mine");
  const here = await ada.say(roomId, "hi");
  const delivery = runSchedule("report");
  const inOther = deliver(here);
  open.get("one")?.change(allOf({ rooms: ["create", "invite", "moderate", "state", "history"] }), [other]);
  const content = { msgtype: "m.text", body: "hi" };
  const about = { roomId, userId: ada.userId };
  for (const [method, params] of [
    ["event.send", { delivery, roomId, type: "m.room.message", content }],
    ["event.send", { delivery: inOther, type: "m.room.message", content }],
    ["event.redact", { delivery, roomId, eventId: here }],
    ["typing.set", { delivery: inOther, timeoutMs: 1_000 }],
    ["receipt.send", { delivery: inOther }],
    ["room.invite", about],
    ["room.kick", about],
    ["room.ban", about],
    ["room.unban", about],
    ["room.state.get", { roomId, type: "m.room.topic", stateKey: "" }],
    ["room.state.set", { roomId, type: "m.room.topic", stateKey: "", content: {} }],
    ["room.members", { roomId }],
    ["room.history", { roomId, limit: 1 }],
  ] as const) {
    await expect(call(method, params), method).rejects.toMatchObject(denied("did not let this instance act"));
  }
  await call("event.redact", { delivery, roomId: other, eventId: said });
  await call("event.send", { delivery, roomId: other, type: "m.room.message", content });
});
