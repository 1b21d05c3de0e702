import type { Instance } from "@rookery/host/api";
import { printable } from "../printable.ts";
import { HOST_OPTION } from "../remote/chosen-host.ts";

/** The options of every command that makes an instance of what is there. */
export const NEW_INSTANCE = {
  ...HOST_OPTION,
  account: { type: "string" },
  start: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

/** What such a command prints of the instance that it made. */
export const toldOf = (made: Instance, json: boolean): string =>
  json ? `${JSON.stringify(made)}\n` : printable(`${made.id}: ${made.status}\n`);
