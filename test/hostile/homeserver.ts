import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(import.meta.resolve("@rookery/dev-homeserver/bin"));

/**
 * The development homeserver in a process of its own, so that what the test does takes no time of it.
 *
 * @param appservice the path of a registration
 */
export async function spawnHomeserver(dataDir: string, appservice: string) {
  const options = ["--data-dir", dataDir, "--server-name", "test", "--appservice", appservice];
  const child = spawn(process.execPath, [PROGRAM, ...options], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const [line] = (await once(createInterface(child.stdout as NodeJS.ReadableStream), "line")) as [string];
  const { url } = JSON.parse(line) as { url: string };

  return {
    url,
    async register(username: string): Promise<{ userId: string; accessToken: string }> {
      const answer = await fetch(`${url}/_matrix/client/v3/register`, {
        method: "POST",
        body: JSON.stringify({ username, password: "a password", auth: { type: "m.login.dummy" } }),
      });
      const { user_id, access_token } = (await answer.json()) as { user_id: string; access_token: string };
      return { userId: user_id, accessToken: access_token };
    },
    async close(): Promise<void> {
      const exit = once(child, "exit");
      child.disconnect();
      await exit;
    },
  };
}
export type Homeserver = Awaited<ReturnType<typeof spawnHomeserver>>;
