import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Rookery } from "./rookery.ts";

/** What a host needs in its environment for `openHeap`. */
export const INSPECTED = { NODE_OPTIONS: "--inspect=127.0.0.1:0" };

const SETTLED_BYTES = 16 * 1024;
/** The host notes what became of events once a second. */
const LOOK_EVERY_MS = 1_500;

/** A host's heap, seen through Node's inspector. */
export interface Heap {
  /** Collects the garbage, until what was under way has ended. @returns what is held then, in bytes */
  held(): Promise<number>;
  close(): void;
}

/** @param rookery started with `INSPECTED` */
export async function openHeap(rookery: Rookery): Promise<Heap> {
  // The program starts itself anew with flags: the last one is there.
  const address = [...rookery.log().matchAll(/^Debugger listening on (ws:\S+)$/gm)].at(-1)?.[1];
  if (!address) throw new Error(`The host tells no inspector:\n${rookery.log()}`);
  const socket = new WebSocket(address);
  await once(socket, "open");
  const answers = new Map<number, (result: never) => void>();
  socket.addEventListener("message", ({ data }) => {
    const { id, result } = JSON.parse(String(data));
    answers.get(id)?.(result as never);
    answers.delete(id);
  });
  let last = 0;
  const call = <Result>(method: string): Promise<Result> => {
    const id = ++last;
    const { promise, resolve } = Promise.withResolvers<Result>();
    answers.set(id, resolve);
    socket.send(JSON.stringify({ id, method }));
    return promise;
  };
  return {
    async held() {
      for (let before = Number.POSITIVE_INFINITY; ; ) {
        await call("HeapProfiler.collectGarbage");
        const { usedSize } = await call<{ usedSize: number }>("Runtime.getHeapUsage");
        if (usedSize > before - SETTLED_BYTES) return usedSize;
        before = usedSize;
        await delay(LOOK_EVERY_MS);
      }
    },
    close: () => socket.close(),
  };
}
