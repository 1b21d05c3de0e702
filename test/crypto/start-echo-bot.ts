import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { CryptoStatus } from "@rookery/crypto";
import type { EchoBotCall, EchoBotOptions } from "./echo-bot.ts";

/** The bot's process. */
export interface EchoBot {
  call(method: "status"): Promise<CryptoStatus>;
  call(method: "setUpRecovery"): Promise<string>;
  call(method: "bootstrapCrossSigning" | "backup"): Promise<void>;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Resolves when it has synced once. */
export async function startEchoBot(options: EchoBotOptions): Promise<EchoBot> {
  const child = fork(join(import.meta.dirname, "echo-bot.ts"), [JSON.stringify(options)], { execArgv: [] });
  const exited = once(child, "exit");
  const waiting = new Map<number, PromiseWithResolvers<never>>();
  let last = 0;
  child.on("message", (message: "ready" | { id: number; value?: never; error?: string }) => {
    if (message === "ready") return;
    const call = waiting.get(message.id);
    if (message.error !== undefined) call?.reject(new Error(message.error));
    else call?.resolve(message.value as never);
  });
  await Promise.race([
    once(child, "message"),
    exited.then(([code]) => Promise.reject(new Error(`The bot ended with ${code} at its start.`))),
  ]);
  return {
    call(method: EchoBotCall["method"]) {
      const id = ++last;
      const call = Promise.withResolvers<never>();
      waiting.set(id, call);
      child.send({ id, method });
      return call.promise;
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
