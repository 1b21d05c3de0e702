import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DevHomeserver, startDevHomeserver } from "@rookery/dev-homeserver";
import { afterEach, beforeEach, expect, it } from "vitest";
import { echoBundle } from "../crash/echo.ts";
import { describeWith } from "../describe-with.ts";
import { createPerson, type Person } from "../matrix/person.ts";
import { register } from "../matrix/register.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { isSmallDiskAvailable, makeSmallDisk, type SmallDisk } from "./small-disk.ts";

describeWith([isSmallDiskAvailable()], "a data directory that cannot be written", () => {
  let disk: SmallDisk;
  let homeserver: DevHomeserver;
  let folder: string;
  let rookery: Rookery | undefined;

  beforeEach(async () => {
    disk = makeSmallDisk(8);
    folder = await mkdtemp(join(tmpdir(), "rookery-storage-"));
    homeserver = await startDevHomeserver({ dataDir: folder });
  });
  afterEach(async () => {
    await rookery?.dispose();
    rookery = undefined;
    await homeserver.close();
    await disk.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const start = () => startRookery({ env: { ROOKERY_DATA_DIR: join(disk.path, "data") } });

  async function setUp(): Promise<{ host: Rookery; ada: Person; roomId: string; botId: string }> {
    const host = await start();
    rookery = host;
    const ada = await createPerson(homeserver.url, await register(homeserver.url, "ada"));
    const { userId: botId, accessToken } = await register(homeserver.url, "bot");
    const account = await host.addAccount({ homeserverUrl: homeserver.url, accessToken });
    const { id: pluginId } = await host.addPlugin(await echoBundle());
    await host.addInstance({ id: "echo", pluginId, accountId: account.id });
    const roomId = await ada.createRoom([botId]);
    await ada.joined(roomId, botId);
    return { host, ada, roomId, botId };
  }

  async function readiness(host: Rookery): Promise<{ status: number; problems: string[] }> {
    const answer = await fetch(`${host.url}/readyz`);
    const { problems } = (await answer.json()) as { problems: string[] };
    return { status: answer.status, problems };
  }

  it("when its disk is full: health says so, nothing is lost, and it goes on by itself", async () => {
    const reason = /the disk is full/;
    const { host, ada, roomId, botId } = await setUp();
    const answered = async (count: number) => {
      const events = await ada.until(
        roomId,
        (seen) =>
          seen.filter(({ sender, type }) => sender === botId && type === "m.room.message").length >= count,
      );
      return events
        .filter(({ sender, type }) => sender === botId && type === "m.room.message")
        .map(({ content }) => content.body);
    };
    await ada.say(roomId, "!echo before");
    await answered(1);
    await disk.fill();
    for (let n = 0; n < 200; n++) await ada.say(roomId, `!echo ${n} ${"x".repeat(2_000)}`);
    const { status, problems } = await readiness(host);
    expect(status).toBe(503);
    expect(problems.join("\n")).toMatch(reason);
    const refused = await host.request("PATCH", "/instances/echo", { enabled: false });
    expect(refused.status).toBe(503);
    expect(((await refused.json()) as { detail: string }).detail).toMatch(reason);

    await disk.free();
    const bodies = await answered(201);
    expect(bodies.map((body) => body.split(" ")[0])).toEqual([
      "before",
      ...Array.from({ length: 200 }, (_, n) => String(n)),
    ]);
    await host.until("echo", ({ counts }) => counts.waiting === 0);
    expect((await readiness(host)).status).toBe(200);
    expect((await host.instance("echo")).enabled).toBe(true);
  });

  it("when it is read-only: a clear error at the start, and all is there when it is not any more", async () => {
    const { host, ada, roomId, botId } = await setUp();
    await host.stop();
    disk.setReadOnly(true);
    await ada.say(roomId, "!echo meanwhile");
    await expect(host.start()).rejects.toThrow(/cannot write to its data directory .*: it is read-only/);
    disk.setReadOnly(false);
    await host.start();
    await ada.until(roomId, (seen) =>
      seen.some(({ sender, content }) => sender === botId && content.body === "meanwhile"),
    );
  });
});
