import { expect, test } from "vitest";
import { readContent } from "./content.ts";

const read = (content: Record<string, unknown>) => readContent("m.room.message", content);

test("the quote that older clients put before a reply is taken off", () => {
  const content = read({
    msgtype: "m.text",
    body: "> <@a:b> first\n> second\n\nanswer",
    format: "org.matrix.custom.html",
    formatted_body: "<mx-reply><blockquote>first</blockquote></mx-reply><b>answer</b>",
    "m.relates_to": { "m.in_reply_to": { event_id: "x" } },
  });
  expect(content).toMatchObject({ body: "answer", html: "<b>answer</b>" });
});

test("a quote that someone wrote stays", () => {
  expect(read({ msgtype: "m.text", body: "> quote\n\nmine" })).toMatchObject({ body: "> quote\n\nmine" });
});

test("a picture's size and caption are read", () => {
  const info = { w: 1080, h: 1350, size: 5, mimetype: "image/jpeg" };
  expect(read({ msgtype: "m.image", body: "Look", filename: "a.jpg", url: "mxc://a/b", info })).toMatchObject(
    {
      kind: "image",
      name: "a.jpg",
      width: 1080,
      height: 1350,
      caption: { body: "Look" },
    },
  );
  expect(read({ msgtype: "m.image", body: "a.jpg", url: "mxc://a/b" })).toMatchObject({
    name: "a.jpg",
    caption: undefined,
    width: undefined,
  });
});

test("nonsense in a message does no harm", () => {
  expect(read({})).toMatchObject({ kind: "text", body: "" });
  expect(read({ msgtype: "m.video", body: 7, info: "x", url: {} })).toMatchObject({
    kind: "video",
    name: "file",
    url: undefined,
    width: undefined,
  });
  expect(read({ msgtype: "m.image", info: { w: -1, h: Number.NaN } })).toMatchObject({ width: undefined });
});

test("an unknown kind of message shows its body", () => {
  expect(read({ msgtype: "org.example.poll", body: "A poll" })).toMatchObject({
    kind: "text",
    body: "A poll",
  });
});
