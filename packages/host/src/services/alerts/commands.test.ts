import { expect, test } from "vitest";
import type { RoomEvent } from "../../matrix/sync-response.ts";
import { takeCommands } from "./commands.ts";

const NOW = 10_000_000;
const MINUTE_MS = 60_000;

let last = 0;
const event = (body: unknown, more: Partial<RoomEvent> = {}, content: object = {}): RoomEvent => ({
  ...{ type: "m.room.message", event_id: `$${++last}`, sender: "@ada:test", origin_server_ts: NOW },
  content: { msgtype: "m.text", body, ...content },
  ...more,
});

function take(...events: RoomEvent[]) {
  const taken = takeCommands(events, { operators: ["@ada:test"], now: NOW });
  return {
    commands: taken.commands.map(({ words }) => words.join(" ")),
    tooOldMs: taken.commands.map(({ tooOldMs }) => tooOldMs),
    left: taken.events.map(({ content }) => content.body),
  };
}

test("an operator's command is taken, and reaches no bot of the account", () => {
  expect(take(event("!rookery status"), event("hello"), event("  !rookery  logs \n one "))).toMatchObject({
    commands: ["status", "logs one"],
    left: ["hello"],
  });
});

test.each<[string, RoomEvent]>([
  ["somebody else's", event("!rookery status", { sender: "@eve:test" })],
  ["a longer word", event("!rookerystatus")],
  ["one that is quoted", event("> !rookery status")],
  ["a notice", event("!rookery status", {}, { msgtype: "m.notice" })],
  ["an edit", event("!rookery status", {}, { "m.relates_to": { rel_type: "m.replace" } })],
  ["what is no text", event({ toString: "!rookery" })],
])("%s is none, and goes on", (_what, said) => {
  expect(take(said)).toMatchObject({ commands: [], left: [said.content.body] });
});

test("what was said six minutes ago is answered and no longer done; what was said two hours ago is only taken", () => {
  const late = event("!rookery restart one", { origin_server_ts: NOW - 6 * MINUTE_MS });
  const later = event("!rookery restart two", { origin_server_ts: NOW - 120 * MINUTE_MS });
  expect(take(late, later, event("!rookery status"))).toEqual({
    ...{ commands: ["restart one", "status"], tooOldMs: [6 * MINUTE_MS, null], left: [] },
  });
});
