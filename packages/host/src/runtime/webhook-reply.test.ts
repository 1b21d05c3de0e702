import type { Outcome } from "@rookery/plugin-sdk/protocol";
import { expect, test } from "vitest";
import { replyOf } from "./webhook-reply.ts";

const done = (answer: unknown) => ({ id: -1, status: "done", ran: [], answer }) as unknown as Outcome;
const OK = { status: 200, headers: {}, body64: "" };

test("an answer goes to the sender as its handler gave it", () => {
  const answer = { status: 418, headers: { "content-type": "a/b", "retry-after": "1" }, body64: "AP8=" };
  const { body, ...rest } = replyOf(done(answer));
  expect(rest).toMatchObject({ status: 418, headers: answer.headers });
  expect(body).toEqual(Buffer.from([0, 255]));
});

test.each([
  ["none", undefined],
  ["a cookie", { ...OK, headers: { "set-cookie": "a=b" } }],
  ["an order to nginx", { ...OK, headers: { "x-accel-redirect": "/etc/passwd" } }],
  ["a header in capitals", { ...OK, headers: { "Content-Type": "text/html" } }],
  ["a header in two lines", { ...OK, headers: { "content-type": "a\r\nset-cookie: b" } }],
  ["a header that is a list", { ...OK, headers: { "content-type": ["a", "b"] } }],
  ["a redirect", { ...OK, status: 302 }],
  ["an interim status", { ...OK, status: 101 }],
  ["a status that is no number", { ...OK, status: "200" }],
  ["a body that is no text", { ...OK, body64: [1, 2] }],
  ["a body that is too large", { ...OK, body64: "A".repeat(1_500_000) }],
])("a worker that forges %s is taken for one that failed", (_what, answer) => {
  expect(replyOf(done(answer))).toMatchObject({ status: 502, body: "The bot failed while it answered.\n" });
});
