import type { FailedDelivery, Instance, LogLine } from "@rookery/host/api";
import type { RoomEvent } from "../matrix/person.ts";
import type { Rookery } from "../rookery/rookery.ts";
import type { Outside } from "./outside.ts";

/**
 * A hostile plugin. Its parts are CommonJS in which `WORLD` names what there is to steal and to break,
 * and `bot` is the instance's. Whatever it attempts, the runner looks from outside that nothing was
 * stolen, written, contacted, left behind or held up; `expect` looks at the rest.
 */
export interface PluginAttempt {
  /** Stands before the plugin. */
  head?: string;
  /** The body of `setup(bot)`, before its commands. */
  setup?: string;
  /** What `!go` does, with `bot` and `ctx`. The instance answers `got …` with what it gives, or `refused: …`. */
  go?: string;
  /** What `!check` does at a second instance of the same plugin, after `!go` at the first. */
  check?: string;
  migrations?: string[];
  /** What its manifest asks for; all of it is granted. */
  permissions?: (world: World) => { network?: string[]; programs?: string[]; impersonate?: string[] };
  /** More for its manifest. */
  manifest?: object;
  /** The reason that the page shows once it has been ended. Else its handler comes to an end. */
  isEnded?: RegExp;
  /** Whether it comes to its end or is ended is V8's and the machine's to say; that the host goes on is not. */
  mayBeEnded?: true;
  /** It does not come to run: the reason that the page shows, or the API's refusal of the instance. */
  doesNotStart?: RegExp;
  /** Awaited while it runs, before `!go` is said. */
  meanwhile?: (seen: Seen) => Promise<void>;
  expect?: (seen: Seen) => void | Promise<void>;
}

/** A hostile file for `POST /plugins`. */
export interface BundleAttempt {
  bytes: () => Buffer;
  refusal: { status: number; code: string; detail?: RegExp };
}

/** What plugins are told of where they are, so that they need not guess. */
export interface World {
  secretFile: string;
  /** Where nothing may be written. */
  folder: string;
  /** `http://127.0.0.1:<port>`: nobody may be asked for anything there. */
  vault: string;
  vaultPort: number;
  /** `127.0.0.1:<port>`: a site that plugins may be granted. */
  site: string;
  sitePort: number;
  managementPort: number;
  homeserver: string;
  otherRoom: string;
  adasEvent: string;
}

/** What there is to see of an attempt, all of it from outside. */
export interface Seen {
  /** What the instance answered to `!go`. */
  answer: string;
  /** What the second instance answered to `!check`. */
  checked: string;
  /** What came into the room since `!go`, oldest first. */
  events: RoomEvent[];
  instance: Instance;
  logs: LogLine[];
  failed: FailedDelivery[];
  rookery: Rookery;
  world: World;
  outside: Outside;
  /** Asked of the homeserver. */
  users: {
    exist(localpart: string): Promise<boolean>;
    /** Who is in the room of another bot, whatever the membership. */
    inOtherRoom(): Promise<string[]>;
  };
}

export const plugin = (attempt: PluginAttempt): PluginAttempt => attempt;
export const bundle = (attempt: BundleAttempt): BundleAttempt => attempt;

/** The plugin.js of an attempt. */
export function codeOf(attempt: PluginAttempt, world: World): string {
  const { head = "", setup = "", go = "", check = "", migrations } = attempt;
  return `"use strict";
const { definePlugin, Type } = require("@rookery/plugin-sdk");
const WORLD = ${JSON.stringify(world)};
const show = (value) => typeof value === "string" ? value : JSON.stringify(value) ?? String(value);
const answering = (work) => async (ctx) => {
  let text;
  try { text = "got " + show(await work(ctx)); }
  catch (error) { text = "refused: " + (error && error.message); }
  if (text !== "got undefined") await ctx.reply(text.slice(0, 30000));
};
${head}
module.exports.default = definePlugin({
  ${migrations ? `migrations: ${JSON.stringify(migrations)},` : ""}
  async setup(bot) {
    ${setup}
    bot.command("go", "Attempt it", answering(async (ctx) => { ${go} }));
    bot.command("check", "See what came of it", answering(async (ctx) => { ${check} }));
  },
});
`;
}
