import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DevHomeserver, startDevHomeserver } from "@rookery/dev-homeserver";
import { writeBundle } from "@rookery/host/bundle";
import { afterAll, beforeAll, expect, it } from "vitest";
import { familyOf, residentMb } from "../hostile/processes.ts";
import { createPerson, type Person } from "../matrix/person.ts";
import { register } from "../matrix/register.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";

const PIECE = randomBytes(1_000_000);
const MEGABYTES = 500;
/** One of which as much waits for V8 to collect it as of the large one. */
const SMALLER = 100;
/** By which two passes of the same file differ. */
const MORE_MB = 32;

/** Fetches, sends and downloads again what its URL says, and tells the size. */
const CODE = (site: string) => `"use strict";
const { definePlugin, Type } = require("@rookery/plugin-sdk");
module.exports.default = definePlugin({
  setup(bot) {
    const all = { maxBytes: 600_000_000 };
    bot.command("pass", { description: "Pass it on", args: { size: Type.Integer() } }, async (ctx) => {
      const file = await bot.files.fetch("http://${site}/" + ctx.args.size, { ...all, timeoutMs: 300_000 });
      const { mxc } = await file.upload("large.bin");
      await ctx.sendFile(file, { name: "large.bin" });
      await file.close();
      const again = await bot.files.download(mxc, all);
      await ctx.reply(again.size + " bytes in " + mxc);
      await again.close();
    });
  },
});`;

let folder: string;
let site: Server;
let homeserver: DevHomeserver;
let rookery: Rookery;
let ada: Person;
let roomId: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rookery-large-"));
  site = createServer((request, response) => void sendPieces(response, Number(request.url?.slice(1))));
  await once(site.listen(0, "127.0.0.1"), "listening");
  homeserver = await startDevHomeserver({ dataDir: folder, maxUploadBytes: 600_000_000 });
  rookery = await startRookery();
  ada = await createPerson(homeserver.url, await register(homeserver.url, "ada"));
  const { userId, accessToken } = await register(homeserver.url, "bot");
  const account = await rookery.addAccount({ homeserverUrl: homeserver.url, accessToken });
  const host = `127.0.0.1:${(site.address() as AddressInfo).port}`;
  const about = {
    id: "org.example.passes",
    version: "1.0.0",
    name: "Passes",
    description: "Passes files on.",
  };
  const manifest = {
    ...{ ...about, license: "MIT", rookery: "^0.1.0", main: "plugin.js" as const },
    permissions: { network: [host] },
  };
  const { id: pluginId } = await rookery.addPlugin(writeBundle({ manifest, code: CODE(host) }));
  await rookery.addInstance({ id: "passes", pluginId, accountId: account.id });
  roomId = await ada.createRoom([userId]);
  await ada.joined(roomId, userId);
});
afterAll(async () => {
  await rookery?.dispose();
  await homeserver?.close();
  site?.closeAllConnections();
  site?.close();
  await rm(folder, { recursive: true, force: true });
});

async function sendPieces(response: ServerResponse, count: number): Promise<void> {
  for (let n = 0; n < count; n++) if (!response.write(PIECE)) await once(response, "drain");
  response.end();
}

/** Has that many megabytes passed on. Gives where they came to, and the most memory that host and worker took. */
async function pass(megabytes: number) {
  const [worker = 0] = familyOf(rookery.pid).slice(1);
  const most = { host: 0, worker: 0 };
  const look = () => {
    most.host = Math.max(most.host, residentMb(rookery.pid));
    most.worker = Math.max(most.worker, residentMb(worker));
  };
  const looking = setInterval(look, 20);
  const id = await ada.say(roomId, `!pass ${megabytes}`);
  const events = await ada.until(roomId, (seen) => seen.some((event) => repliesTo(event.content, id)));
  clearInterval(looking);
  const said = String(events.find((event) => repliesTo(event.content, id))?.content.body);
  if (!/^\d+ bytes/.test(said))
    throw new Error(`${said}\n${JSON.stringify(await rookery.api("GET", "/instances/passes/logs"))}`);
  const [, bytes, mxc = ""] = /^(\d+) bytes in mxc:\/\/(.+)$/.exec(said) ?? [];
  return { most, bytes: Number(bytes), mxc };
}

const repliesTo = (content: Record<string, unknown>, id: string) =>
  (content["m.relates_to"] as { "m.in_reply_to"?: { event_id?: string } } | undefined)?.["m.in_reply_to"]
    ?.event_id === id;

it(`passes ${MEGABYTES} MB on byte for byte, in the memory that a fifth of it takes`, async () => {
  const small = await pass(SMALLER);
  const start = performance.now();
  const large = await pass(MEGABYTES);
  const seconds = (performance.now() - start) / 1000;
  const show = ({ host, worker }: typeof large.most) =>
    `host ${host.toFixed()} MB, worker ${worker.toFixed()} MB`;
  console.log(
    `${MEGABYTES} MB fetched, sent and downloaded in ${seconds.toFixed(1)} s: ${show(large.most)}; with ${SMALLER} MB: ${show(small.most)}`,
  );
  expect([small.bytes, large.bytes]).toEqual([SMALLER, MEGABYTES].map((count) => count * PIECE.length));
  expect(large.most.host).toBeLessThan(small.most.host + MORE_MB);
  expect(large.most.worker).toBeLessThan(small.most.worker + MORE_MB);

  const wanted = createHash("sha256");
  for (let n = 0; n < MEGABYTES; n++) wanted.update(PIECE);
  const found = createHash("sha256");
  const answer = await fetch(`${homeserver.url}/_matrix/client/v1/media/download/${large.mxc}`, {
    headers: { authorization: `Bearer ${ada.accessToken}` },
  });
  for await (const chunk of answer.body ?? []) found.update(chunk);
  expect(found.digest("hex")).toBe(wanted.digest("hex"));
}, 180_000);
