import { isHelpedElsewhere, type Subscriptions } from "@rookery/plugin-sdk/protocol";
import { expect, test } from "vitest";
import type { RoomEvent } from "../matrix/sync-response.ts";
import type { SkippedEvent } from "../store/delivery-traces.ts";
import { NO_TRACE } from "./delivery-trace.ts";
import { createSubscriptionTable, type SubscriptionTable } from "./subscriptions.ts";

const nothing: Subscriptions = {
  prefix: "!",
  commands: [],
  texts: [],
  everyText: false,
  types: [],
  schedules: [],
  webhooks: [],
};
const hello = { name: "hello", usage: "!hello", description: "Greet" };
const nobody = () => false;

function event(id: string, content: Record<string, unknown>, more: Partial<RoomEvent> = {}): RoomEvent {
  return {
    ...{ type: "m.room.message", event_id: id, sender: "@ada:test", origin_server_ts: NOW, content },
    ...more,
  };
}
const say = (id: string, body: string, more: Record<string, unknown> = {}) =>
  event(id, { msgtype: "m.text", body, ...more });

const HOUR = 3_600_000;
const NOW = 10 * HOUR;

/** What a table makes of events in one room. */
function match(table: SubscriptionTable, events: RoomEvent[], ignore: (userId: string) => boolean = nobody) {
  const matching = table.match("account", ignore);
  for (const each of events) matching.add("!room:test", each);
  return matching;
}

/** The IDs of those events that an instance with these subscriptions gets. */
function wanted(subscriptions: Partial<Subscriptions>, ...events: RoomEvent[]) {
  const table = createSubscriptionTable(() => NOW);
  table.set("one", "account", { ...nothing, ...subscriptions }, HOUR);
  return match(table, events).deliveries.map(({ eventId }) => eventId);
}

test("a delivery is the event as it came, for the instance that wants it", () => {
  const table = createSubscriptionTable(() => NOW);
  table.set("one", "account", { ...nothing, commands: [hello] }, HOUR);
  const message = say("$1", "!hello");
  expect(match(table, [message]).deliveries).toEqual([
    {
      ...{ instanceId: "one", roomId: "!room:test", eventId: "$1", sender: "@ada:test" },
      event: JSON.stringify(message),
    },
  ]);
});

test("a command is its whole word after the prefix, in any case", () => {
  const events = [
    "!hello",
    "!HELLO there",
    "!hello\nthere",
    "!hellothere",
    "hello",
    " !hello",
    "!",
    "! hello",
    "!!hello",
  ];
  const got = wanted({ commands: [hello] }, ...events.map((body) => say(body, body)));
  expect(got).toEqual(["!hello", "!HELLO there", "!hello\nthere"]);
});

test("another prefix is another command", () => {
  expect(wanted({ prefix: "/", commands: [hello] }, say("$1", "/hello"), say("$2", "!hello"))).toEqual([
    "$1",
  ]);
});

test("a text is found wherever it stands, in any case", () => {
  const got = wanted(
    { texts: ["instagram.com"] },
    say("$1", "see https://www.Instagram.com/p/1"),
    say("$2", "see it"),
  );
  expect(got).toEqual(["$1"]);
});

test("who looks at every text gets texts and emotes, but no notices, edits or pictures", () => {
  const edit = { "m.relates_to": { rel_type: "m.replace", event_id: "$1" }, "m.new_content": {} };
  const got = wanted(
    { everyText: true },
    say("$1", "hi"),
    say("$2", "waves", { msgtype: "m.emote" }),
    say("$3", "I am a bot", { msgtype: "m.notice" }),
    say("$4", "* hi", edit),
    say("$5", "cat.jpg", { msgtype: "m.image" }),
    say("$6", "", { body: 5 }),
    event("$7", { body: "hi" }, { type: "m.reaction" }),
  );
  expect(got).toEqual(["$1", "$2"]);
});

test("an event type is wanted by its Matrix name", () => {
  const reaction = event("$1", {}, { type: "m.reaction" });
  expect(wanted({ types: ["m.reaction"] }, reaction, say("$2", "m.reaction"))).toEqual(["$1"]);
});

test("what an older client quotes is not taken for what is said", () => {
  const reply = { "m.relates_to": { "m.in_reply_to": { event_id: "$0" } } };
  const quoted = say("$1", "> <@bob:test> !hello\n\nno", reply);
  const said = say("$2", "> <@bob:test> what?\n\n!hello", reply);
  expect(wanted({ commands: [hello] }, quoted, said)).toEqual(["$2"]);
});

test("what another account of this host says is given to nobody, and noted only where it was wanted", () => {
  const noted: string[][] = [];
  const skippedBy = (id: string) => (skipped: SkippedEvent) => void noted.push([id, skipped.reason]);
  const table = createSubscriptionTable(() => NOW, { ...NO_TRACE, skippedBy });
  table.set("one", "account", { ...nothing, commands: [hello] }, HOUR);
  table.set("all", "account", { ...nothing, everyText: true }, HOUR);
  const reaction = event("$1", {}, { type: "m.reaction" });
  expect(match(table, [reaction], () => true).deliveries).toEqual([]);
  expect(noted).toEqual([]);
  expect(match(table, [say("$2", "hi")], () => true).deliveries).toEqual([]);
  expect(noted.splice(0)).toEqual([["all", "own"]]);
  expect(match(table, [say("$3", "!hello")], () => true).deliveries).toEqual([]);
  expect(noted).toEqual([
    ["one", "own"],
    ["all", "own"],
  ]);
});

test("what the host's own accounts say reaches nobody", () => {
  const table = createSubscriptionTable(() => NOW);
  table.set("one", "account", { ...nothing, everyText: true }, HOUR);
  const own = event("$1", { msgtype: "m.text", body: "hi" }, { sender: "@bot:test" });
  const matched = match(table, [own, say("$2", "hi")], (userId) => userId === "@bot:test").deliveries;
  expect(matched.map(({ eventId }) => eventId)).toEqual(["$2"]);
});

test("two instances of an account both get an event, another account's does not", () => {
  const table = createSubscriptionTable(() => NOW);
  table.set("one", "account", { ...nothing, everyText: true }, HOUR);
  table.set("two", "account", { ...nothing, everyText: true }, HOUR);
  table.set("other", "another", { ...nothing, everyText: true }, HOUR);
  const matched = match(table, [say("$1", "a"), say("$2", "b")]).deliveries;
  expect(matched.map(({ instanceId, eventId }) => [instanceId, eventId])).toEqual([
    ["one", "$1"],
    ["two", "$1"],
    ["one", "$2"],
    ["two", "$2"],
  ]);
});

test("an instance that was removed, or wants something else now, gets no more of the old", () => {
  const table = createSubscriptionTable(() => NOW);
  table.set("one", "account", { ...nothing, everyText: true }, HOUR);
  table.set("one", "account", { ...nothing, commands: [hello] }, HOUR);
  expect(match(table, [say("$1", "a"), say("$2", "!hello")]).deliveries).toHaveLength(1);
  table.remove("one");
  expect(match(table, [say("$2", "!hello")]).deliveries).toEqual([]);
});

test("what is older than an instance's catch-up age is not for it, and is counted", () => {
  const table = createSubscriptionTable(() => NOW);
  table.set("patient", "account", { ...nothing, everyText: true }, 2 * HOUR);
  table.set("hasty", "account", { ...nothing, everyText: true }, HOUR);
  const old = event("$1", { msgtype: "m.text", body: "hi" }, { origin_server_ts: NOW - HOUR - 1 });
  const { deliveries, skipped } = match(table, [old, say("$2", "hi")]);
  expect(deliveries.map(({ instanceId, eventId }) => `${instanceId} ${eventId}`)).toEqual([
    ...["patient $1", "patient $2", "hasty $2"],
  ]);
  expect([...skipped]).toEqual([["hasty", 1]]);
});

test("an instance that is limited to rooms gets the events of no other, whatever it wants and when it begins", () => {
  const table = createSubscriptionTable(() => NOW);
  const all = { ...nothing, everyText: true };
  table.limit("late", ["!other:test"]);
  for (const id of ["free", "here", "late"]) table.set(id, "account", all, HOUR);
  table.limit("here", ["!room:test"]);
  const reached = () => match(table, [say("$1", "hi")]).deliveries.map(({ instanceId }) => instanceId);
  expect(reached()).toEqual(["free", "here"]);
  table.set("here", "account", all, HOUR);
  table.limit("late", null);
  expect(reached().sort()).toEqual(["free", "here", "late"]);
  table.limit("here", []);
  expect(reached().sort()).toEqual(["free", "late"]);
});

const help = { name: "help", usage: "!help", description: "Show", builtIn: true };

/** A table with instances that have the SDK's help; each as told otherwise. */
function helping(instances: Record<string, Partial<Subscriptions>>) {
  const table = createSubscriptionTable(() => NOW);
  for (const [id, more] of Object.entries(instances)) {
    table.set(id, "account", { ...nothing, commands: [hello, help], ...more }, HOUR);
  }
  return table;
}
const ids = (table: SubscriptionTable, body: string) =>
  match(table, [say("$1", body)]).deliveries.map(({ instanceId }) => instanceId);

test("!help reaches one instance of an account: the first that runs, else the first", () => {
  const table = helping({ b: {}, a: {}, c: {} });
  expect(ids(table, "!help")).toEqual(["a"]);
  expect(ids(table, "!help hello")).toEqual(["a"]);
  table.setRunning("c", true);
  table.setRunning("b", true);
  expect(ids(table, "!help")).toEqual(["b"]);
  table.setRunning("b", false);
  expect(ids(table, "!help")).toEqual(["c"]);
  table.remove("c");
  expect(ids(table, "!help")).toEqual(["a"]);
  expect(ids(table, "!hello")).toEqual(["b", "a"]);
});

test("a plugin's own help is its own to answer", () => {
  expect(ids(helping({ a: {}, b: { commands: [{ ...help, builtIn: false }] } }), "!help").sort()).toEqual([
    "a",
    "b",
  ]);
});

test("who wants all messages gets !help too, and is told that another one answers it", () => {
  const table = helping({ a: {}, b: { types: ["m.room.message"] }, c: { everyText: true } });
  const { deliveries } = match(table, [say("$1", "!help")]);
  expect(
    deliveries.map(({ instanceId, event }) => [instanceId, isHelpedElsewhere(JSON.parse(event))]),
  ).toEqual([
    ["a", false],
    ["b", true],
  ]);
});

test("of the instances that do not act in a room, none answers there and none is in its list", () => {
  const table = helping({ a: {}, b: {} });
  table.limit("a", ["!other:test"]);
  expect(ids(table, "!help")).toEqual(["b"]);
  expect(table.commands("account", "!room:test")).toEqual([{ instanceId: "b", commands: [hello, help] }]);
  expect(table.commands("account", "!other:test").map(({ instanceId }) => instanceId)).toEqual(["a", "b"]);
});

test("what was registered before an upgrade of the host counts, until the instances run again", () => {
  const { builtIn: _, ...before } = { ...help, description: "Show this list" };
  const table = helping({ a: { commands: [hello, before] }, b: { commands: [hello, before] } });
  expect(ids(table, "!help")).toEqual(["a"]);
});
