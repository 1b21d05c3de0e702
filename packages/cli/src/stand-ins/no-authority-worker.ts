// A worker of a test: looks at all that can be reached in a compartment from what stand-ins export.
// The order matters: nothing else may be evaluated before lockdown.
import { DANGEROUS, FUNCTION_MAKERS } from "./dangerous.ts";
import "../../../host/src/worker/lockdown.ts";
import { parentPort, workerData } from "node:worker_threads";
import { createEndowments } from "../../../host/src/worker/endowments.ts";
import { createTimers } from "../../../host/src/worker/timers.ts";

/** CommonJS that leaves what is to be looked at in `module.exports`. */
const { code, leak } = workerData as { code: string; leak: boolean };

const ignore = () => undefined;
const compartment = new Compartment({
  globals: createEndowments({
    host: {
      call: () => Promise.reject(new Error("no host")),
      notify: ignore,
      database: () => ({ error: "" }),
    } as never,
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    timers: createTimers(ignore),
    permissions: { network: ["a.example"] },
  }),
  __options__: true,
});
// To see that the walk would tell.
if (leak)
  compartment.globalThis.leak = [
    new Map([
      [
        1,
        Object.create({
          get hidden() {
            return [process];
          },
        }),
      ],
    ]),
  ];
const module = { exports: {} as Record<string, unknown> };
const run = compartment.evaluate(`(function (module, exports) {${code}\n})`) as (...args: unknown[]) => void;
run(module, module.exports);

const dangerous = new Map<unknown, string>([...DANGEROUS, ...FUNCTION_MAKERS]);
// What compartments are given on purpose, by itself: none of it leads to the rest, or the walk tells.
for (const name of Reflect.ownKeys(compartment.globalThis)) {
  if (name !== "globalThis") dangerous.delete(Reflect.get(compartment.globalThis, name));
}
const found: string[] = [];
const seen = new Map<unknown, string>();

function look(value: unknown, path: string): void {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
  seen.set(value, path);
  const known = dangerous.get(value);
  // What it leads to says nothing new.
  if (known === undefined) queue.push([value, path]);
  else found.push(`${path} is ${known}`);
}

const queue: [object, string][] = [];
for (const [name, exported] of Object.entries(module.exports)) look(exported, name);
look(compartment.globalThis, "globalThis");
for (let next = queue.shift(); next; next = queue.shift()) {
  const [value, path] = next;
  look(Object.getPrototypeOf(value), `${path}.__proto__`);
  for (const key of Reflect.ownKeys(value)) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    const name = `${path}.${String(key)}`;
    look(property?.value, name);
    look(property?.get, `${name}<get>`);
    look(property?.set, `${name}<set>`);
    // What a getter gives, too, for what it was made for.
    if (property?.get)
      look(
        attempt(() => Reflect.get(value, key)),
        `${name}()`,
      );
  }
  // Map.prototype and its like are no maps.
  const inside = attempt(() =>
    value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : [],
  );
  for (const each of (inside as unknown[] | undefined) ?? []) look(each, `${path}<inside>`);
}
parentPort?.postMessage({ found, seen: seen.size, dangerous: dangerous.size });

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
