import { expect, test } from "vitest";
import type { RoomEvent, SyncBatch } from "../../matrix/sync-response.ts";
import { takeCommands } from "./commands.ts";

const ROOM = "!alerts:test";
const NOW = 1_000_000;

let last = 0;
const event = (body: unknown, more: Partial<RoomEvent> = {}, content: object = {}): RoomEvent => ({
  ...{ type: "m.room.message", event_id: `$${++last}`, sender: "@ada:test", origin_server_ts: NOW },
  content: { msgtype: "m.text", body, ...content },
  ...more,
});

function take(roomId: string, ...events: RoomEvent[]) {
  const batch: SyncBatch = {
    ...{ hasEncryption: false, nextBatch: "1", members: [], states: [], left: [], redacted: [], invites: [] },
    timeline: [{ roomId, events, limited: false, joinedBefore: false }],
  };
  const taken = takeCommands(batch, { roomId: ROOM, operators: ["@ada:test"], now: NOW });
  return {
    commands: taken.commands.map(({ words }) => words.join(" ")),
    left: taken.batch.timeline.flatMap((room) => room.events.map(({ content }) => content.body)),
  };
}

test("an operator's command is taken, and reaches no bot of the account", () => {
  expect(take(ROOM, event("!rookery status"), event("hello"), event("  !rookery  logs \n one "))).toEqual({
    commands: ["status", "logs one"],
    left: ["hello"],
  });
});

test.each<[string, string, RoomEvent]>([
  ["somebody else's", ROOM, event("!rookery status", { sender: "@eve:test" })],
  ["one in another room", "!other:test", event("!rookery status")],
  ["a longer word", ROOM, event("!rookerystatus")],
  ["one that is quoted", ROOM, event("> !rookery status")],
  ["a notice", ROOM, event("!rookery status", {}, { msgtype: "m.notice" })],
  ["an edit", ROOM, event("!rookery status", {}, { "m.relates_to": { rel_type: "m.replace" } })],
  ["what is no text", ROOM, event({ toString: "!rookery" })],
])("%s is none, and goes on", (_what, roomId, said) => {
  expect(take(roomId, said)).toEqual({ commands: [], left: [said.content.body] });
});

test("what was said six minutes ago is taken, and no longer done", () => {
  const late = event("!rookery restart one", { origin_server_ts: NOW - 6 * 60_000 });
  expect(take(ROOM, late)).toEqual({ commands: [], left: [] });
});
