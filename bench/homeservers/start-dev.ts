import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createPerson, type Person } from "../../test/matrix/person.ts";

/** The running development homeserver. */
export interface DevHomeserver {
  url: string;
  register(name: string): Promise<Person>;
  /** Puts one message of the person into each of the rooms; gives their event IDs. */
  inject(person: Person, roomIds: string[], text: string): Promise<string[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

const PROGRAM = fileURLToPath(import.meta.resolve("@rookery/dev-homeserver/bin"));

/** Starts it as a process of its own, on a data directory of its own. */
export async function startDevHomeserver(): Promise<DevHomeserver> {
  const dataDir = await mkdtemp(join(tmpdir(), "rookery-bench-"));
  const child = spawn(process.execPath, [PROGRAM, "--data-dir", dataDir, "--inject"], {
    stdio: ["ignore", "pipe", "ignore", "ipc"],
  });
  const exit = once(child, "exit");
  const [line] = await once(child.stdout ?? child, "data");
  const { url } = JSON.parse(String(line)) as { url: string };

  async function post<T>(path: string, body: unknown): Promise<T> {
    const answer = await fetch(url + path, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  return {
    url,
    async register(name) {
      const login = await post<{ user_id: string; access_token: string }>("/_matrix/client/v3/register", {
        username: name,
        password: "a password for the bench",
        auth: { type: "m.login.dummy" },
      });
      return await createPerson(url, { userId: login.user_id, accessToken: login.access_token });
    },
    async inject({ userId }, roomIds, text) {
      const contents = [{ msgtype: "m.text", body: text }];
      const bursts = roomIds.map((room_id) => ({ room_id, sender: userId, contents }));
      return (await post<{ event_ids: string[][] }>("/_rookery/inject", { bursts })).event_ids.flat();
    },
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await exit;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
