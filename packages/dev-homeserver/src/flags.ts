import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Value } from "typebox/value";
import { AppserviceRegistration } from "./accounts/appservices.ts";
import type { DevHomeserverOptions } from "./options.ts";

/**
 * Reads the options of `bin/dev-homeserver.ts`:
 * `--data-dir <dir> [--port <n>] [--server-name <name>] [--registration-token <token>]… [--max-upload-bytes <n>]
 * [--rate-limit <per second>[:<burst>]] [--appservice <registration.json>]… [--inject]`.
 * @throws Error that names the flag that is wrong
 */
export function readOptions(argv: readonly string[]): DevHomeserverOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      "data-dir": { type: "string" },
      port: { type: "string" },
      "server-name": { type: "string" },
      "registration-token": { type: "string", multiple: true },
      "max-upload-bytes": { type: "string" },
      "rate-limit": { type: "string" },
      appservice: { type: "string", multiple: true },
      inject: { type: "boolean" },
    },
  });
  const { "data-dir": dataDir, "server-name": serverName, "registration-token": tokens } = values;
  if (!dataDir)
    throw new Error("--data-dir is needed: the directory in which the dev homeserver keeps its state");
  return {
    dataDir,
    ...(values.port === undefined ? {} : { port: number("port", values.port) }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(tokens ? { registration: { tokens } } : {}),
    ...(values["max-upload-bytes"] === undefined
      ? {}
      : { maxUploadBytes: number("max-upload-bytes", values["max-upload-bytes"]) }),
    ...(values["rate-limit"] === undefined ? {} : { rateLimit: rateLimit(values["rate-limit"]) }),
    ...(values.appservice ? { appservices: values.appservice.map(readRegistration) } : {}),
    inject: values.inject ?? false,
    log: (message, error) => console.error(message, ...(error === undefined ? [] : [error])),
  };
}

function number(flag: string, text: string): number {
  const value = Number(text);
  if (text === "" || !(value >= 0)) throw new Error(`--${flag} takes a number, not "${text}"`);
  return value;
}

function rateLimit(text: string) {
  const [perSecond = "", burst = perSecond] = text.split(":");
  return { perSecond: number("rate-limit", perSecond), burst: number("rate-limit", burst) };
}

function readRegistration(file: string): AppserviceRegistration {
  const registration: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (Value.Check(AppserviceRegistration, registration)) return registration;
  const [error] = Value.Errors(AppserviceRegistration, registration);
  throw new Error(`${file} is no registration: ${error?.instancePath || "it"} ${error?.message}`);
}
