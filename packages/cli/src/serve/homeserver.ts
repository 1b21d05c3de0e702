import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The playground's homeserver: a process of its own, so that it takes nothing from the host. */
export interface SpawnedHomeserver {
  homeserverUrl: string;
  serverName: string;
  close(): Promise<void>;
}

const PROGRAM = fileURLToPath(import.meta.resolve("@rookery/dev-homeserver/bin"));

/** Starts it and waits until it listens. It ends with this process, however this one ends. */
export async function spawnHomeserver(dataDir: string): Promise<SpawnedHomeserver> {
  const child = spawn(process.execPath, [PROGRAM, "--data-dir", dataDir, "--server-name", "playground"], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    // Ctrl-C in a terminal goes to the whole group; the host ends the homeserver after itself.
    detached: true,
    env: { ...process.env, ...compileCache() },
  });
  const { url, serverName } = JSON.parse(await firstLine(child)) as { url: string; serverName: string };
  return {
    homeserverUrl: url,
    serverName,
    async close() {
      if (child.exitCode !== null) return;
      const exit = once(child, "exit");
      child.disconnect();
      await exit;
    },
  };
}

/** Compiled once, it starts in two thirds of the time. The cache's folder has one for each version of Node, which Node finds. */
function compileCache(): { NODE_COMPILE_CACHE?: string } {
  const ofThisNode = getCompileCacheDir();
  return ofThisNode === undefined ? {} : { NODE_COMPILE_CACHE: dirname(ofThisNode) };
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    const end = text.indexOf("\n");
    if (end !== -1) return text.slice(0, end);
  }
  throw new Error("The playground's homeserver ended before it listened. Its message stands above.");
}
