import { builtinModules, createRequire } from "node:module";

/** What makes functions in the realm outside, by how `constructor` would lead there. */
export const FUNCTION_MAKERS = new Map<unknown, string>([
  [Function, "the outer Function"],
  [(async () => {}).constructor, "the outer AsyncFunction"],
  [function* () {}.constructor, "the outer GeneratorFunction"],
  [async function* () {}.constructor, "the outer AsyncGeneratorFunction"],
  // biome-ignore lint/security/noGlobalEval: it is what nobody may reach.
  [eval, "the outer eval"],
]);

/** What makes nothing and reaches nothing, though Node's modules or globals have it, too. */
const HARMLESS = new Set<unknown>([
  ...[
    Object.prototype,
    Array.prototype,
    Function.prototype,
    Error,
    Object,
    Array,
    Promise,
    ArrayBuffer.isView,
  ],
  SubtleCrypto,
]);

/** What has authority, each with its name: Node's modules and all they export, the process, the outer globals. */
export const DANGEROUS = new Map<unknown, string>([
  [globalThis, "the outer globalThis"],
  [process, "process"],
  [process.env, "process.env"],
  [createRequire(import.meta.url), "require"],
]);

const require = createRequire(import.meta.url);
// Worker threads have no trace events.
for (const name of builtinModules.filter((each) => each !== "trace_events")) {
  const module = require(name) as object;
  note(module, `node:${name}`);
  for (const [key, value] of Object.entries(Object.getOwnPropertyDescriptors(module))) {
    note(value.value, `node:${name}.${key}`);
  }
}
for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(globalThis)))
  note(value, `the outer ${key}`);

function note(value: unknown, name: string): void {
  const isThing = typeof value === "function" || (typeof value === "object" && value !== null);
  if (isThing && !HARMLESS.has(value) && !DANGEROUS.has(value)) DANGEROUS.set(value, name);
}
