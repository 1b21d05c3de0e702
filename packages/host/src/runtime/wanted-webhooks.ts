import { WEBHOOK_METHODS, type WebhookInfo } from "@rookery/plugin-sdk/protocol";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { AppError } from "../errors.ts";

const MAX_WEBHOOKS = 50;
const Wanted = Compile(
  Type.Array(
    Type.Object({
      method: Type.Enum([...WEBHOOK_METHODS]),
      path: Type.String({ maxLength: 200, pattern: "^(/|(/(?!\\.{1,2}(/|$))[A-Za-z0-9_.~-]+)+)$" }),
      reply: Type.Boolean(),
    }),
    { maxItems: MAX_WEBHOOKS },
  ),
);

/**
 * Checks the webhooks that a plugin's `setup` made.
 *
 * @throws AppError `PERMISSION_DENIED` where its manifest asks for none, `CONFIG_INVALID` where one is none
 */
export function checkWebhooks(wanted: readonly WebhookInfo[], asked: boolean): void {
  if (wanted.length === 0) return;
  if (!asked) {
    const text = 'It has webhooks, and its plugin.json does not ask for the permission "webhooks".';
    throw new AppError("PERMISSION_DENIED", text);
  }
  if (Wanted.Check(wanted)) return;
  const [error] = Wanted.Errors(wanted);
  const text = `Its webhooks cannot be served: ${error?.instancePath || "the list"} ${error?.message}.`;
  throw new AppError("CONFIG_INVALID", text);
}
