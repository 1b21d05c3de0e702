import { type Outcome, WEBHOOK_ANSWER_HEADERS } from "@rookery/plugin-sdk/protocol";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { retryDelay } from "./retry-delay.ts";

/** What the sender of a request is answered. */
export interface WebhookReply {
  status: number;
  headers: Record<string, string>;
  body: Buffer | string;
}

const MAX_BODY = 1024 * 1024;
/** For what is over by itself. */
const SOON_S = 5;

const HeaderValue = Type.Optional(Type.String({ pattern: "^[\\t\\x20-\\x7e]*$" }));
const Answer = Compile(
  Type.Object({
    status: Type.Integer({ minimum: 200, maximum: 599 }),
    headers: Type.Object(Object.fromEntries(WEBHOOK_ANSWER_HEADERS.map((name) => [name, HeaderValue])), {
      additionalProperties: false,
    }),
    body64: Type.String({ maxLength: 4 * Math.ceil(MAX_BODY / 3) }),
  }),
);

/** @param retryAfterS when the sender may try again, where that can help */
export function refusal(status: number, text: string, retryAfterS?: number): WebhookReply {
  const retry = retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) };
  return { status, headers: { "content-type": "text/plain; charset=utf-8", ...retry }, body: `${text}\n` };
}

export const stored: WebhookReply = { status: 202, headers: {}, body: "" };
/** It came before. */
export const known: WebhookReply = { status: 200, headers: {}, body: "" };
export const notThere = refusal(503, "The bot is not there now.", SOON_S);
export const tooManyWait = refusal(503, "Too many requests wait for the bot already.", 30);
export const unstored = refusal(503, "It cannot be stored now.", 60);
export const gone = refusal(502, "The bot failed while it answered.", SOON_S);
export const tooLate = refusal(504, "The bot did not answer in time.");
const failed = refusal(500, "The bot could not handle it.");

/** What a handler's end means for the sender. What the worker says of it is checked here. */
export function replyOf({ status, answer, error }: Outcome): WebhookReply {
  if (status === "done") {
    const found = answer && isAnswer(answer) ? answer : undefined;
    return found ? { ...found, body: Buffer.from(found.body64, "base64") } : gone;
  }
  const retryMs = error ? retryDelay(error) : null;
  return retryMs === null
    ? failed
    : { ...notThere, headers: { "retry-after": String(Math.ceil(retryMs / 1_000)) } };
}

function isAnswer(answer: NonNullable<Outcome["answer"]>): boolean {
  return Answer.Check(answer) && !(answer.status >= 300 && answer.status < 400);
}
