import { describe, expect, test } from "vitest";
import type { MatrixEvent } from "../event.ts";
import {
  checkSize,
  editContent,
  reactionContent,
  replyRelation,
  textContent,
  threadRelation,
} from "./content.ts";

const event = (relation?: unknown): MatrixEvent => ({
  type: "m.room.message",
  event_id: "$asked",
  sender: "@ada:example.org",
  origin_server_ts: 0,
  content: relation === undefined ? {} : { "m.relates_to": relation },
});
const IN_THREAD = event({ rel_type: "m.thread", event_id: "$root" });

// The shapes are those of the examples in the client-server API.
describe("a text", () => {
  test("is an m.text", () => {
    expect(textContent("hi")).toEqual({ msgtype: "m.text", body: "hi", "m.mentions": {} });
  });

  test("may have its HTML beside it", () => {
    expect(textContent({ text: "hi", html: "<b>hi</b>" })).toEqual({
      msgtype: "m.text",
      body: "hi",
      format: "org.matrix.custom.html",
      formatted_body: "<b>hi</b>",
      "m.mentions": {},
    });
  });

  test("mentions whom it answers, and whom it names", () => {
    const formatted = {
      text: "Bob",
      html: "Bob",
      mentions: { users: ["@bob:test", "@ada:test"], room: true },
    };
    expect(textContent("hi", "@ada:test")["m.mentions"]).toEqual({ user_ids: ["@ada:test"] });
    expect(textContent(formatted)["m.mentions"]).toEqual({
      user_ids: ["@bob:test", "@ada:test"],
      room: true,
    });
    expect(textContent(formatted, "@ada:test")["m.mentions"]).toEqual({
      user_ids: ["@ada:test", "@bob:test"],
      room: true,
    });
  });
});

describe("a reply", () => {
  test("names the event it answers", () => {
    expect(replyRelation(event())).toEqual({ "m.in_reply_to": { event_id: "$asked" } });
  });

  test("stays in the event's thread, as a real reply", () => {
    expect(replyRelation(IN_THREAD)).toEqual({
      rel_type: "m.thread",
      event_id: "$root",
      is_falling_back: false,
      "m.in_reply_to": { event_id: "$asked" },
    });
  });

  test("to a reply does not begin a thread", () => {
    expect(replyRelation(event({ "m.in_reply_to": { event_id: "$first" } }))).toEqual({
      "m.in_reply_to": { event_id: "$asked" },
    });
  });

  test.each([null, "m.thread", 7, { rel_type: "m.thread" }, { rel_type: "m.thread", event_id: { a: 1 } }])(
    "passes on nothing of a stranger's relation %o",
    (relation) => {
      expect(replyRelation(event(relation))).toEqual({ "m.in_reply_to": { event_id: "$asked" } });
      expect(threadRelation(event(relation))).toBeUndefined();
    },
  );
});

describe("what is said without answering", () => {
  test("relates to nothing outside threads", () => {
    expect(threadRelation(event())).toBeUndefined();
  });

  test("stays in the thread, as a reply only for clients without threads", () => {
    expect(threadRelation(IN_THREAD)).toEqual({
      rel_type: "m.thread",
      event_id: "$root",
      is_falling_back: true,
      "m.in_reply_to": { event_id: "$asked" },
    });
  });
});

describe("an edit", () => {
  test("has the new content, and a fallback with an asterisk", () => {
    expect(editContent("$said", "new")).toEqual({
      msgtype: "m.text",
      body: "* new",
      "m.mentions": {},
      "m.new_content": { msgtype: "m.text", body: "new", "m.mentions": {} },
      "m.relates_to": { rel_type: "m.replace", event_id: "$said" },
    });
  });

  test("has it as HTML, too", () => {
    expect(editContent("$said", { text: "new", html: "<i>new</i>" })).toEqual({
      msgtype: "m.text",
      body: "* new",
      format: "org.matrix.custom.html",
      formatted_body: "* <i>new</i>",
      "m.mentions": {},
      "m.new_content": {
        msgtype: "m.text",
        body: "new",
        format: "org.matrix.custom.html",
        formatted_body: "<i>new</i>",
        "m.mentions": {},
      },
      "m.relates_to": { rel_type: "m.replace", event_id: "$said" },
    });
  });
});

test("a reaction annotates the event with its key", () => {
  expect(reactionContent("$asked", "👍")).toEqual({
    "m.relates_to": { rel_type: "m.annotation", event_id: "$asked", key: "👍" },
  });
});

test("content that no homeserver takes is refused before it crosses; what is no plain data is left to who says so", () => {
  expect(() => checkSize({ body: "x".repeat(65_000) })).not.toThrow();
  expect(() => checkSize({ body: "x".repeat(70_000) })).toThrow("Matrix allows 65536");
  expect(() => checkSize({ n: 1n } as never)).not.toThrow();
});
