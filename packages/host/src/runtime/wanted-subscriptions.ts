import type { ScheduleInfo, Subscriptions, WebhookInfo } from "@rookery/plugin-sdk/protocol";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { AppError } from "../errors.ts";

/** Every event of the account's rooms is compared with what is wanted, so there is an end to it. */
const Wanted = Compile(
  Type.Object({
    prefix: Type.String({ minLength: 1, maxLength: 16 }),
    commands: Type.Array(
      Type.Object({
        name: Type.String({ minLength: 1, maxLength: 64 }),
        usage: Type.String({ maxLength: 2_000 }),
        description: Type.String({ maxLength: 2_000 }),
        path: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
        aliasOf: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
        hidden: Type.Optional(Type.Boolean()),
        builtIn: Type.Optional(Type.Boolean()),
      }),
      { maxItems: 1_000 },
    ),
    texts: Type.Array(Type.String({ maxLength: 1_000 }), { maxItems: 1_000 }),
    everyText: Type.Boolean(),
    types: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 1_000 }),
    // What is in one is `wanted-schedules`' to say.
    schedules: Type.Unsafe<ScheduleInfo[]>(Type.Array(Type.Object({}))),
    // And what is in one of these is `wanted-webhooks`'.
    webhooks: Type.Unsafe<WebhookInfo[]>(Type.Array(Type.Object({}))),
  }),
);

/**
 * Checks what a plugin's `setup` registered before the host matches events by it.
 *
 * @throws AppError `CONFIG_INVALID` that says what of it is wrong
 */
export function readSubscriptions(wanted: unknown): Subscriptions {
  if (Wanted.Check(wanted)) return wanted;
  const [error] = Wanted.Errors(wanted);
  const text = `What the plugin's setup registered cannot be used: ${error?.instancePath.slice(1)} ${error?.message}.`;
  throw new AppError("CONFIG_INVALID", text);
}
