import { expect, test } from "vitest";
import { readFollowUp } from "./follow-up.ts";
import { createMatcher } from "./match.ts";

const edit = {
  type: "m.room.message",
  content: { msgtype: "m.text", body: "* hi", "m.relates_to": { rel_type: "m.replace", event_id: "$1" } },
};
const reaction = {
  type: "m.reaction",
  content: { "m.relates_to": { rel_type: "m.annotation", event_id: "$1", key: "👍" } },
};
const redaction = { type: "m.room.redaction", content: { redacts: "$1" } };
const oldRedaction = { type: "m.room.redaction", content: {}, redacts: "$1" };
const message = { type: "m.room.message", content: { msgtype: "m.text", body: "hi" } };

test.each([
  ["edit", edit],
  ["reaction", reaction],
  ["redaction", redaction],
  ["redaction", oldRedaction],
])("what an event is about is read: %s", (kind, event) => {
  expect(readFollowUp(event)).toEqual({ kind, target: "$1" });
});

test.each([
  ["a message", message],
  ["a reply", { ...message, content: { ...message.content, "m.relates_to": { "m.in_reply_to": {} } } }],
  [
    "an edit of nothing",
    { ...edit, content: { ...edit.content, "m.relates_to": { rel_type: "m.replace" } } },
  ],
  ["no object for a content", { type: "m.reaction", content: null }],
  ["null for a relation", { type: "m.reaction", content: { "m.relates_to": null } }],
])("%s is about no other event", (_what, event) => {
  expect(readFollowUp(event)).toBeNull();
});

test("who follows edits gets edits, and no other message", () => {
  const wants = createMatcher({
    prefix: "!",
    commands: [],
    texts: [],
    everyText: false,
    types: ["edit"],
    schedules: [],
    webhooks: [],
  });
  expect([edit, message, reaction, redaction].map((event) => wants(event))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
