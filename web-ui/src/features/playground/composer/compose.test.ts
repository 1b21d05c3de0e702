import { expect, test } from "vitest";
import { asEdit, asReply, inThread, textContent } from "./compose.ts";

test("plain words stay plain, also with lines and links", () => {
  for (const body of ["!hello", "a < b && c > d", "one\ntwo", "https://www.instagram.com/reel/abc_d_e/"]) {
    expect(textContent(body)).toEqual({ msgtype: "m.text", body });
  }
});

test("Markdown becomes formatted text beside the plain one", () => {
  expect(textContent("**bold** and `code`")).toEqual({
    msgtype: "m.text",
    body: "**bold** and `code`",
    format: "org.matrix.custom.html",
    formatted_body: "<strong>bold</strong> and <code>code</code>",
  });
  expect(textContent("- a\n- b").formatted_body).toContain("<li>a</li>");
  expect(textContent("one\n\ntwo").formatted_body).toBe("<p>one</p>\n<p>two</p>");
});

test("typed HTML is text", () => {
  expect(textContent("**a** <img src=x onerror=alert(1)>").formatted_body).toBe(
    "<strong>a</strong> &lt;img src=x onerror=alert(1)&gt;",
  );
});

test("/me tells what one does", () => {
  expect(textContent("/me waves")).toEqual({ msgtype: "m.emote", body: "waves" });
});

test("a reply stays in the thread it answers", () => {
  const content = textContent("yes");
  expect(asReply(content, { id: "$a", threadRoot: undefined })["m.relates_to"]).toEqual({
    "m.in_reply_to": { event_id: "$a" },
  });
  expect(asReply(content, { id: "$a", threadRoot: "$root" })["m.relates_to"]).toMatchObject({
    rel_type: "m.thread",
    event_id: "$root",
  });
});

test("what is written in a thread falls back to an answer to its last message, and a reply there is one", () => {
  const content = textContent("yes");
  expect(inThread(content, { root: "$root", latest: "$b" })["m.relates_to"]).toEqual({
    ...{ rel_type: "m.thread", event_id: "$root", is_falling_back: true },
    "m.in_reply_to": { event_id: "$b" },
  });
  expect(asReply(content, { id: "$root", threadRoot: undefined }, "$root")["m.relates_to"]).toEqual({
    ...{ rel_type: "m.thread", event_id: "$root", is_falling_back: false },
    "m.in_reply_to": { event_id: "$root" },
  });
});

test("an edit carries the new content and a fallback", () => {
  expect(asEdit(textContent("**new**"), "$a")).toMatchObject({
    body: "* **new**",
    formatted_body: "* <strong>new</strong>",
    "m.new_content": { body: "**new**", formatted_body: "<strong>new</strong>" },
    "m.relates_to": { rel_type: "m.replace", event_id: "$a" },
  });
});
