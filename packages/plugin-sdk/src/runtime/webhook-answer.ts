import { toBase64, WEBHOOK_ANSWER_HEADERS, type WebhookAnswer } from "../protocol/index.ts";
import type { WebhookResponse } from "../webhook.ts";

const MAX_BODY = 1024 * 1024;
const ENCODER = new TextEncoder();

/**
 * Reads what the handler of a webhook that replies gave back.
 *
 * @throws TypeError that says what about it cannot be sent
 */
export function readAnswer(given: unknown): WebhookAnswer {
  if (given === undefined || given === null) return { status: 204, headers: {}, body64: "" };
  if (typeof given !== "object")
    throw new TypeError(`A webhook answers with an object, not with a ${typeof given}.`);
  const { status, headers = {}, body, json } = given as WebhookResponse;
  const bytes = bodyOf(body, json);
  const answer = status ?? (bytes.length === 0 ? 204 : 200);
  if (!Number.isInteger(answer) || !((answer >= 200 && answer < 300) || (answer >= 400 && answer < 600))) {
    throw new TypeError(`A webhook answers with a status of 200 to 299 or 400 to 599, not with ${answer}.`);
  }
  const type = json === undefined ? "text/plain; charset=utf-8" : "application/json";
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  for (const [name, value] of own) {
    if (!WEBHOOK_ANSWER_HEADERS.includes(name))
      throw new TypeError(
        `A webhook's answer has no header "${name}"; it may have ${WEBHOOK_ANSWER_HEADERS.join(", ")}.`,
      );
    if (!/^[\t\x20-\x7e]*$/.test(value))
      throw new TypeError(`The value of the header "${name}" is not plain ASCII.`);
  }
  return {
    status: answer,
    headers: { ...(bytes.length > 0 ? { "content-type": type } : {}), ...Object.fromEntries(own) },
    body64: toBase64(bytes),
  };
}

function bodyOf(body: unknown, json: unknown): Uint8Array {
  const bytes = json === undefined ? body : JSON.stringify(json);
  const read = typeof bytes === "string" ? ENCODER.encode(bytes) : (bytes ?? new Uint8Array());
  if (!(read instanceof Uint8Array))
    throw new TypeError("The body of a webhook's answer is a text or bytes.");
  if (read.length > MAX_BODY)
    throw new TypeError(`The body of a webhook's answer has ${read.length} bytes, beyond ${MAX_BODY}.`);
  return read;
}
