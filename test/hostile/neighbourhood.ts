import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { FailedDelivery, Instance, LogLine } from "@rookery/host/api";
import { writeBundle } from "@rookery/host/bundle";
import { createPerson, type RoomEvent } from "../matrix/person.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { codeOf, type PluginAttempt, type Seen, type World } from "./attempt.ts";
import { type Homeserver, spawnHomeserver } from "./homeserver.ts";
import { makeOutside, type Outside } from "./outside.ts";
import { everyProcess, familyOf, residentMb } from "./processes.ts";
import { writeConfig } from "./programs.ts";

const LOOK_EVERY_MS = 20;
/** A bot that is asked ten times a second and says nothing for so long is held up. */
const SILENT_MS = 10_000;

/** One host with a well-behaved bot that is asked ten times a second, and room for hostile plugins beside it. */
export interface Neighbourhood {
  rookery: Rookery;
  outside: Outside;
  world: World;
  /** How long each answer of the well-behaved bot took so far, in ms. */
  answers: number[];
  /**
   * Installs it, starts two instances of it, says `!go` to one and `!check` to the other, and removes it all.
   *
   * @param look at what came of it, before it is removed
   */
  run(name: string, attempt: PluginAttempt, look: (seen: Seen) => Promise<void>): Promise<void>;
  /** What the homeserver was told in the rooms of the hostile bots, as text. */
  everythingSaid(): Promise<string>;
  /** Resolves when the well-behaved bot has answered once more than now. */
  answersAgain(): Promise<void>;
  /** No more questions; resolves when the last one is answered. */
  endQuestions(): Promise<void>;
  /** Resident memory of the host and of all processes that it started, in MB. */
  memory(): { host: number; all: number };
  /** The command lines of all processes. */
  processes(): string[];
  close(): Promise<void>;
}

export async function openNeighbourhood(): Promise<Neighbourhood> {
  const root = await mkdtemp(join(tmpdir(), "rookery-hostile-"));
  const outside = await makeOutside(root);
  const config = await writeConfig(root, outside);
  // What could act as others is there for the taking: the attacker's login is an application service's.
  const asToken = outside.treasure("the token of the application service");
  const registration = join(root, "appservice.json");
  const namespace = [{ exclusive: false, regex: "@(slack_|hello|attacker|x|constructor).*" }];
  await writeFile(
    registration,
    JSON.stringify({
      id: "slack",
      as_token: asToken,
      sender_localpart: "attacker",
      namespaces: { users: namespace },
    }),
  );
  const homeserver = await spawnHomeserver(join(root, "homeserver"), registration);
  const rookery = await startRookery({
    args: ["--config", config],
    env: { A_SECRET: outside.treasure("the environment") },
  });
  const ada = await createPerson(homeserver.url, await homeserver.register("ada"));
  const accounts = {
    attacker: await rookery.addAccount({ homeserverUrl: homeserver.url, accessToken: asToken }),
    sibling: await addAccount(rookery, homeserver, "sibling"),
    hello: await addAccount(rookery, homeserver, "hello"),
  };
  const rooms = {
    attacker: await ada.createRoom([accounts.attacker.userId]),
    sibling: await ada.createRoom([accounts.sibling.userId]),
    other: await ada.createRoom([accounts.hello.userId]),
  };
  const adasEvent = await ada.say(rooms.attacker, "mine");
  const world: World = {
    secretFile: outside.secretFile,
    folder: outside.folder,
    vault: `http://127.0.0.1:${outside.vaultPort}`,
    vaultPort: outside.vaultPort,
    site: `127.0.0.1:${outside.sitePort}`,
    sitePort: outside.sitePort,
    managementPort: Number(new URL(rookery.url).port),
    homeserver: homeserver.url,
    otherRoom: rooms.other,
    adasEvent,
  };

  const well = join(import.meta.dirname, "../../packages/host/dist/bundles/hello.mbp");
  const hello = await rookery.addPlugin(await readFile(well));
  await rookery.addInstance({ id: "hello", pluginId: hello.id, accountId: accounts.hello.id });
  await ada.joined(rooms.other, accounts.hello.userId);
  // Both accounts join with the first hostile plugin, so that later ones need not wait for it.
  const answers: number[] = [];
  const grace = await homeserver.register("grace");
  const graces = await createPerson(homeserver.url, grace);
  const graceRoom = await graces.createRoom([accounts.hello.userId]);
  await graces.joined(graceRoom, accounts.hello.userId);
  const asker = new Worker(new URL("./asker.ts", import.meta.url), {
    workerData: {
      homeserverUrl: homeserver.url,
      login: grace,
      roomId: graceRoom,
      botId: accounts.hello.userId,
    },
  });
  asker.on("message", (ms: number) => answers.push(ms));
  const askerGone = new Promise<void>((resolve) => asker.once("exit", () => resolve()));
  asker.on("error", (error) => {
    throw error;
  });

  const users: Seen["users"] = {
    exist: async (localpart) =>
      (await fetch(`${homeserver.url}/_matrix/client/v3/profile/@${localpart}:test`)).ok,
    async inOtherRoom() {
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(rooms.other)}/members`;
      const { chunk } = await ada.request<{ chunk: { state_key: string }[] }>("GET", path);
      return chunk.map(({ state_key }) => state_key);
    },
  };

  /** Until all that was handed to the instance is settled, or it is ended. */
  async function settled(id: string, from: number): Promise<Instance> {
    return await rookery.until(id, ({ status, counts }) => {
      if (status === "crashed") return true;
      return counts.received > from && counts.waiting === 0;
    });
  }

  /** What came into the room after an event, oldest first. */
  async function eventsAfter(roomId: string, eventId: string): Promise<RoomEvent[]> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages?dir=b&limit=200`;
    const { chunk } = await ada.request<{ chunk: RoomEvent[] }>("GET", path);
    const newer = chunk.slice(
      0,
      chunk.findIndex((event) => event.event_id === eventId),
    );
    return newer.reverse();
  }

  const answerIn = (events: RoomEvent[], to: string, from: string): string =>
    String(
      events.find(
        ({ sender, content }) =>
          sender === from &&
          /^(got|refused)/.test(String(content.body)) &&
          (content["m.relates_to"] as { "m.in_reply_to"?: { event_id: string } })?.["m.in_reply_to"]
            ?.event_id === to,
      )?.content.body ?? "",
    );

  async function run(
    name: string,
    attempt: PluginAttempt,
    look: (seen: Seen) => Promise<void>,
  ): Promise<void> {
    const id = name.slice(0, 63).replace(/-$/, "");
    const siblingId = `s-${name}`.slice(0, 63).replace(/-$/, "");
    const manifest = {
      id: `org.example.hostile.${name.toLowerCase()}`,
      version: "1.0.0",
      name,
      description: `Attempts: ${name}`,
      license: "MIT",
      rookery: "^0.1.0",
      main: "plugin.js" as const,
      permissions: attempt.permissions?.(world) ?? {},
      configSchema: { type: "object" },
      ...attempt.manifest,
    };
    const plugin = await rookery.addPlugin(writeBundle({ manifest, code: codeOf(attempt, world) }));
    const seen: Seen = {
      ...{ answer: "", checked: "", events: [], logs: [], failed: [] },
      ...{ instance: {} as Instance, rookery, world, outside, users },
    };
    try {
      if (attempt.check) {
        const secret = outside.treasure("the sibling's config");
        const config = { name: "sibling", secret };
        await rookery.addInstance({
          id: siblingId,
          pluginId: plugin.id,
          accountId: accounts.sibling.id,
          config,
        });
        await ada.joined(rooms.sibling, accounts.sibling.userId);
      }
      const added = await rookery.request("POST", "/instances", {
        id,
        pluginId: plugin.id,
        accountId: accounts.attacker.id,
        config: { name: "attacker" },
      });
      if (!added.ok) {
        seen.instance = { statusReason: await added.text() } as Instance;
        await look(seen);
        return;
      }
      if (!attempt.doesNotStart) {
        await ada.joined(rooms.attacker, accounts.attacker.userId);
        const before = (await rookery.instance(id)).counts.received;
        const go = await ada.say(rooms.attacker, "!go");
        await attempt.meanwhile?.(seen);
        await settled(id, before);
        seen.events = await eventsAfter(rooms.attacker, go);
        seen.answer = answerIn(seen.events, go, accounts.attacker.userId);
      }
      if (attempt.check) {
        const check = await ada.say(rooms.sibling, "!check");
        await settled(siblingId, 0);
        const events = await eventsAfter(rooms.sibling, check);
        seen.checked = answerIn(events, check, accounts.sibling.userId);
      }
      seen.instance = await rookery.instance(id);
      seen.logs = await rookery.api<LogLine[]>("GET", `/instances/${id}/logs`);
      seen.failed = await rookery.api<FailedDelivery[]>("GET", `/instances/${id}/failed-deliveries`);
      await look(seen);
    } finally {
      for (const each of [id, siblingId]) await rookery.request("DELETE", `/instances/${each}`);
      await rookery.api("DELETE", `/plugins/${plugin.id}`);
    }
  }

  return {
    rookery,
    outside,
    world,
    answers,
    run,
    async everythingSaid() {
      const said = await Promise.all([ada.history(rooms.attacker), ada.history(rooms.sibling)]);
      return JSON.stringify(said);
    },
    async answersAgain() {
      const from = answers.length;
      const deadline = Date.now() + SILENT_MS;
      while (answers.length === from) {
        if (Date.now() > deadline) throw new Error("The well-behaved bot answers no more.");
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    },
    async endQuestions() {
      asker.postMessage("end");
      await askerGone;
    },
    memory: () => {
      const all = familyOf(rookery.pid).reduce((sum, pid) => sum + residentMb(pid), 0);
      return { host: residentMb(rookery.pid), all };
    },
    processes: () => everyProcess().map(({ command }) => command),
    async close() {
      await asker.terminate();
      await rookery.dispose();
      await homeserver.close();
      await outside.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function addAccount(rookery: Rookery, homeserver: Homeserver, name: string) {
  const { accessToken } = await homeserver.register(name);
  return await rookery.addAccount({ homeserverUrl: homeserver.url, accessToken });
}
