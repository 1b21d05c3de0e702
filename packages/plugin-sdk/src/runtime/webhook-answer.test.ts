import { expect, test } from "vitest";
import { fromBase64 } from "../protocol/index.ts";
import { readAnswer } from "./webhook-answer.ts";

const shown = (given: unknown) => {
  const { status, headers, body64 } = readAnswer(given);
  return [status, headers, Buffer.from(fromBase64(body64)).toString("latin1")];
};
const TEXT = { "content-type": "text/plain; charset=utf-8" };

const HTML = { "content-type": "text/html" };

test.each<[string, unknown, number, object, string]>([
  ["nothing", undefined, 204, {}, ""],
  ["an empty object", {}, 204, {}, ""],
  ["a text", { body: "hi" }, 200, TEXT, "hi"],
  ["a text that is not English", { body: "ä" }, 200, TEXT, "\u00c3\u00a4"],
  ["bytes", { body: new Uint8Array([0, 200]) }, 200, TEXT, "\u0000\u00c8"],
  ["JSON", { json: { a: 1 } }, 200, { "content-type": "application/json" }, '{"a":1}'],
  ["a status", { status: 401 }, 401, {}, ""],
  [
    "a type of its own",
    { status: 400, body: "<p>", headers: { "Content-Type": "text/html" } },
    400,
    HTML,
    "<p>",
  ],
])("%s is an answer", (_name, given, status, headers, body) => {
  expect(shown(given)).toEqual([status, headers, body]);
});

test.each([
  ["a text by itself", "hi", /not with a string/],
  ["a status that is none", { status: "200" }, /a status of 200 to 299 or 400 to 599, not with 200/],
  ["an interim status", { status: 101 }, /not with 101/],
  ["a redirect", { status: 302, headers: { location: "https://evil.example" } }, /not with 302/],
  ["a cookie", { headers: { "Set-Cookie": "a=b" } }, /has no header "set-cookie"; it may have content-type/],
  ["an order to a proxy", { headers: { "X-Accel-Redirect": "/etc" } }, /no header "x-accel-redirect"/],
  ["a header in two lines", { headers: { "content-type": "a\r\nset-cookie: b" } }, /not plain ASCII/],
  ["a body of no kind", { body: { a: 1 } }, /a text or bytes/],
  ["a body that is too large", { body: "x".repeat(1024 * 1024 + 1) }, /1048577 bytes/],
])("%s is none, and its author reads why", (_name, given, why) => {
  expect(() => readAnswer(given)).toThrow(why);
});
