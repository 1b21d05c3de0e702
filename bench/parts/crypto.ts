import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { AccountsFigures } from "../crypto/accounts.ts";
import type { Measure, Part } from "../part.ts";

const MORE_ACCOUNTS = 5;
const EVENTS = 500;
const DEVICES = 100;
const ROOM_KEYS = 20_000;

export const crypto: Part = {
  name: "crypto",
  about: `End-to-end encryption in its threads, at a key server in memory: ${EVENTS} events encrypted and decrypted one by one, the first share of a room's key to ${DEVICES} people's devices, the start of an account with ${ROOM_KEYS.toLocaleString("en")} room keys, and resident memory for each account. In a process of its own.`,

  async run(): Promise<Measure[]> {
    const figures = await measure();
    return [
      { what: "encrypt an event", value: figures.encryptMs, unit: "ms" },
      { what: "decrypt an event", value: figures.decryptMs, unit: "ms" },
      { what: `first share to ${DEVICES} devices`, value: figures.shareMs, unit: "ms" },
      { what: "start of an empty account", value: figures.startMs, unit: "ms" },
      {
        what: `start with ${ROOM_KEYS.toLocaleString("en")} room keys`,
        value: figures.fullStartMs,
        unit: "ms",
      },
      { what: "memory of the first encrypted account", value: figures.firstMb, unit: "MB" },
      { what: "memory of each further one", value: figures.furtherMb, unit: "MB" },
      {
        what: `memory of one with ${ROOM_KEYS.toLocaleString("en")} room keys`,
        value: figures.fullMb,
        unit: "MB",
      },
    ];
  },
};

async function measure(): Promise<AccountsFigures> {
  const order = JSON.stringify({
    more: MORE_ACCOUNTS,
    events: EVENTS,
    devices: DEVICES,
    roomKeys: ROOM_KEYS,
  });
  const child = fork(join(import.meta.dirname, "../crypto/accounts.ts"), [order], {
    execArgv: ["--expose-gc"],
  });
  const [figures] = await Promise.race([
    once(child, "message") as Promise<[AccountsFigures]>,
    once(child, "exit").then(([code]) =>
      Promise.reject(new Error(`The accounts' process ended with ${code}.`)),
    ),
  ]);
  return figures;
}
