import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Orders } from "./orders.ts";

/** The running instant homeserver. */
export interface InstantHomeserver {
  url: string;
  run<Kind extends keyof Orders>(kind: Kind, order: Orders[Kind]["order"]): Promise<Orders[Kind]["result"]>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts it as a process of its own. */
export async function startInstantHomeserver(): Promise<InstantHomeserver> {
  const child = fork(join(import.meta.dirname, "instant.ts"), {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const exit = once(child, "exit");
  const ended = exit.then(([code]) => {
    throw new Error(`The instant homeserver ended with ${code}.`);
  });
  // Told to whoever waits for it then; between two orders nobody does.
  ended.catch(() => undefined);
  const [line] = await Promise.race([once(child.stdout ?? child, "data"), ended]);
  return {
    url: String(line).trim(),
    async run(kind, order) {
      const done = Promise.race([once(child, "message"), ended]);
      child.send({ kind, ...order });
      const [result] = await done;
      return result;
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      await exit;
    },
  };
}
