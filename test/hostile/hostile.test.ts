import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DevHomeserver, startDevHomeserver } from "@rookery/dev-homeserver";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPerson, type Person } from "../matrix/person.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { bundleOf } from "./plugins.ts";

/** Answers `!try` with what became of each attempt. */
const ATTEMPTS = `
import { definePlugin } from "@rookery/plugin-sdk";

async function attempt(work: () => unknown): Promise<string> {
  try {
    return "DONE " + String(await work());
  } catch (error) {
    return "refused: " + (error as Error).message;
  }
}

export default definePlugin({
  setup(bot) {
    const scope = globalThis as Record<string, any>;
    bot.command("try", "Attempt what is forbidden", async (ctx) => {
      const results = {
        process: typeof scope.process,
        requireFs: await attempt(() => (scope.require ?? (0, eval)("require"))("node:fs")),
        functionConstructor: await attempt(() => (() => {}).constructor("return typeof process")()),
        foreignFetch: await attempt(() => scope.fetch("http://127.0.0.1:PORT/secret")),
        localhostFetch: await attempt(() => scope.fetch("https://localhost/")),
      };
      return ctx.reply(JSON.stringify(results));
    });
  },
});`;

const LOOP = `
import { definePlugin } from "@rookery/plugin-sdk";
export default definePlugin({
  setup(bot) {
    bot.command("loop", "Never end", () => { for (;;); });
  },
});`;

const HEAP_BOMB = `
import { definePlugin } from "@rookery/plugin-sdk";
export default definePlugin({
  setup(bot) {
    bot.command("bomb", "Eat the heap", () => {
      const hoard: unknown[] = [];
      for (;;) hoard.push(new Array(1000).fill(hoard.length));
    });
  },
});`;

describe("a plugin that misbehaves", () => {
  let homeserver: DevHomeserver;
  let rookery: Rookery;
  let ada: Person;
  let roomId: string;
  let dataDir: string;
  let secretRequests = 0;
  const secret = createServer((_request, response) => {
    secretRequests++;
    response.end("secret");
  });

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "rookery-hostile-"));
    homeserver = await startDevHomeserver({ dataDir });
    await new Promise<void>((resolve) => secret.listen(0, "127.0.0.1", resolve));
    const { port } = secret.address() as AddressInfo;
    rookery = await startRookery();
    ada = await createPerson(homeserver.url, await register("ada"));

    const well = join(import.meta.dirname, "../../packages/host/dist/bundles/hello.mbp");
    await add("hello", await readFile(well));
    await add(
      "try",
      await bundleOf("try", ATTEMPTS.replace("PORT", String(port)), { network: ["api.example.org"] }),
    );
    await add("loop", await bundleOf("loop", LOOP));
    await add("bomb", await bundleOf("bomb", HEAP_BOMB));
  });

  afterAll(async () => {
    await rookery?.dispose();
    await homeserver?.close();
    secret.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function register(username: string) {
    const answer = await fetch(`${homeserver.url}/_matrix/client/v3/register`, {
      method: "POST",
      body: JSON.stringify({ username, password: "a password", auth: { type: "m.login.dummy" } }),
    });
    const { user_id, access_token } = (await answer.json()) as { user_id: string; access_token: string };
    return { userId: user_id, accessToken: access_token };
  }

  /** A plugin with an instance of the same name, on an account of its own that ada has a room with. */
  async function add(name: string, bundle: Buffer): Promise<void> {
    const { accessToken, userId } = await register(`bot-${name}`);
    const account = await rookery.addAccount({ homeserverUrl: homeserver.url, accessToken });
    const plugin = await rookery.addPlugin(bundle);
    await rookery.addInstance({ id: name, pluginId: plugin.id, accountId: account.id });
    roomId ??= await ada.createRoom();
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/invite`;
    await ada.request("POST", path, { user_id: userId });
    await ada.joined(roomId, userId);
  }

  async function ask(command: string, bot: string): Promise<string> {
    const id = await ada.say(roomId, command);
    const answered = (event: { sender: string; content: Record<string, unknown> }) =>
      event.sender === `@bot-${bot}:${homeserver.serverName}` &&
      (event.content["m.relates_to"] as Record<string, { event_id?: string }>)?.["m.in_reply_to"]
        ?.event_id === id;
    const events = await ada.until(roomId, (seen) => seen.some(answered));
    return events.find(answered)?.content.body;
  }

  it("sees no process, loads no module, makes no function outside, and reaches no host it was not granted", async () => {
    const results = JSON.parse(await ask("!try", "try")) as Record<string, string>;
    expect(results.process).toBe("undefined");
    expect(results.requireFs).toMatch(/^refused/);
    expect(results.functionConstructor).toMatch(/^refused|undefined/);
    expect(results.foreignFetch).toMatch(/^refused: The plugin may not reach 127\.0\.0\.1:\d+/);
    expect(results.localhostFetch).toMatch(/^refused/);
    expect(secretRequests).toBe(0);
  });

  it.each([
    ["loops without end", "!loop", "loop", /did not answer for 5 s/],
    ["eats its heap", "!bomb", "bomb", /ran out of memory/],
  ])(
    "is ended with the reason shown when it %s, while another bot keeps answering",
    async (_how, command, id, reason) => {
      await ada.say(roomId, command);
      const ended = rookery.until(id, ({ statusReason }) => reason.test(statusReason ?? ""));
      const times: number[] = [];
      let over = false;
      void ended.then(() => (over = true));
      do {
        const start = performance.now();
        expect(await ask("!hello", "hello")).toMatch(/^Hello, /);
        times.push(performance.now() - start);
      } while (!over);
      const instance = await ended;
      expect(instance.enabled).toBe(true);
      times.sort((a, b) => a - b);
      const p95 = Math.round(times[Math.floor(times.length * 0.95)] ?? 0);
      console.log(`${times.length} answers of the other bot meanwhile, p95 ${p95} ms`);
      expect(p95).toBeLessThan(250);

      // The event that did it is given up after three workers, and the bot is well again.
      const well = await rookery.until(
        id,
        ({ status, counts }) => status === "running" && counts.waiting === 0,
      );
      expect(well.counts.failed).toBe(1);
    },
  );
});
