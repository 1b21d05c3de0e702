import { readFileSync } from "node:fs";
import type { Account, Instance, Playground } from "@rookery/host/api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPerson, type Person } from "./matrix/person.ts";
import { type Rookery, startRookery } from "./rookery/rookery.ts";

describe("rookery serve --playground, killed with -9 and started again", () => {
  let rookery: Rookery;

  beforeAll(async () => {
    rookery = await startRookery({ args: ["--playground"] });
  });
  afterAll(() => rookery?.dispose());

  async function enter(): Promise<{ you: Person; roomId: string }> {
    const entry = (await rookery.api<Playground>("GET", "/playground")) as NonNullable<Playground>;
    const headers = { cookie: rookery.cookie };
    const you = await createPerson(rookery.url + entry.basePath, entry, headers);
    return { you, roomId: entry.roomId };
  }

  async function hello({ you, roomId }: { you: Person; roomId: string }): Promise<string> {
    const id = await you.say(roomId, "!hello");
    const events = await you.until(roomId, (seen) => {
      const at = seen.findIndex((event) => event.event_id === id);
      return at !== -1 && seen.slice(at).some(({ sender }) => sender.startsWith("@hello:"));
    });
    return events.at(-1)?.content.body;
  }

  it.runIf(process.platform === "linux")(
    "is the process that was started, set up to give its memory back",
    () => {
      const read = (name: string) => readFileSync(`/proc/${rookery.pid}/${name}`, "utf8").split("\0");
      expect(read("environ")).toContain("MALLOC_ARENA_MAX=1");
      expect(read("cmdline")).toContain("--max-semi-space-size=4");
    },
  );

  const seen = async () => ({
    accounts: (await rookery.api<Account[]>("GET", "/accounts")).map(({ id, userId, deviceId }) => ({
      id,
      userId,
      deviceId,
    })),
    instances: (await rookery.api<Instance[]>("GET", "/instances")).map(
      ({ id, pluginId, accountId, config, enabled }) => ({
        ...{ id, pluginId, accountId, config, enabled },
      }),
    ),
  });

  it("has the same accounts, instances and rooms, needs no new sign-in, and its bot answers", async () => {
    const before = await enter();
    expect(await hello(before)).toBe("Hello, you!");
    const stateBefore = await seen();
    const historyBefore = await before.you.history(before.roomId);
    expect(stateBefore.instances.map(({ id }) => id)).toEqual(["hello", "instagram"]);

    await rookery.kill();
    await rookery.start();

    expect(rookery.signInLink).toBeNull();
    expect(await seen()).toEqual(stateBefore);
    const after = await enter();
    expect(after.roomId).toBe(before.roomId);
    expect(after.you.userId).toBe(before.you.userId);
    const historyAfter = await after.you.history(after.roomId);
    expect(historyAfter.slice(0, historyBefore.length)).toEqual(
      historyBefore.map((event) => ({ ...event, unsigned: expect.anything() })),
    );
    expect(await hello(after)).toBe("Hello, you!");
  });

  it("keeps a second host out of its data", async () => {
    await expect(startRookery({ env: { ROOKERY_DATA_DIR: rookery.dataDir } })).rejects.toThrow(
      /Another Rookery runs with/,
    );
  });
});
