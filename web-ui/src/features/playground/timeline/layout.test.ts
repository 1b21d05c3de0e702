import { expect, test } from "vitest";
import type { MatrixEvent } from "../matrix/types.ts";
import { newEcho } from "./echoes.ts";
import { layout } from "./layout.ts";
import { messagesOf } from "./messages.ts";

const me = "@me:test";
const noon = new Date(2026, 10, 21, 12).getTime();
const MINUTE = 60_000;
const event = (id: string, minutes: number, sender = me, rest: Partial<MatrixEvent> = {}): MatrixEvent => ({
  event_id: id,
  sender,
  type: "m.room.message",
  origin_server_ts: noon + minutes * MINUTE,
  content: { msgtype: "m.text", body: id },
  ...rest,
});
const name = (user: string) => user.slice(1, -5);
const rows = (events: MatrixEvent[], echoes: Parameters<typeof messagesOf>[1] = []) =>
  layout(events, messagesOf(events, echoes, me), name).map((row) =>
    row.kind === "message" ? `${row.first ? "first " : ""}${row.message.id}` : row.kind,
  );

test("a new day has a line of its own", () => {
  expect(rows([event("a", 0), event("b", 24 * 60)])).toEqual(["day", "first a", "day", "first b"]);
});

test("messages of one sender in one breath share the name", () => {
  const events = [event("a", 0), event("b", 4), event("c", 10), event("d", 11, "@bot:test")];
  expect(rows(events)).toEqual(["day", "first a", "b", "first c", "first d"]);
});

test("what happened in the room stands between the messages", () => {
  const join = { type: "m.room.member", state_key: "@bot:test", content: { membership: "join" } };
  const events = [event("a", 0), event("j", 1, "@bot:test", join), event("b", 2)];
  expect(rows(events)).toEqual(["day", "first a", "notice", "first b"]);
});

test("reactions, edits and settings take no line", () => {
  const quiet = { type: "m.room.power_levels", state_key: "", content: {} };
  expect(rows([event("a", 0), event("p", 1, me, quiet)])).toEqual(["day", "first a"]);
});

test("what is on its way comes last", () => {
  const echo = newEcho("t", me, noon, { type: "m.room.message", content: { msgtype: "m.text", body: "x" } });
  expect(rows([event("a", 0)], [echo])).toEqual(["day", "first a", "~t"]);
});
