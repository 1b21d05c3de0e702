import type { Plugin } from "@rookery/plugin-sdk";
import * as sdk from "@rookery/plugin-sdk";

/**
 * A global look-up inside a compartment goes through a proxy and costs about 100 ns, so the
 * intrinsics that programs use most are bound as locals around the plugin's code.
 */
const LOCALS = [
  ...[
    "Array",
    "ArrayBuffer",
    "BigInt",
    "Boolean",
    "Date",
    "Error",
    "JSON",
    "Map",
    "Math",
    "Number",
    "Object",
  ],
  ...[
    "Promise",
    "Proxy",
    "Reflect",
    "RegExp",
    "Set",
    "String",
    "Symbol",
    "TypeError",
    "Uint8Array",
    "WeakMap",
  ],
  ...["decodeURIComponent", "encodeURIComponent", "isNaN", "parseFloat", "parseInt", "undefined"],
];

/** One object for all compartments: frozen, so that no plugin changes it under another. */
const sharedSdk = { ...sdk };
for (const each of Object.values(sharedSdk)) inheritTamedError(each);
hardenWithGetters(sharedSdk, new Set());

/** Classes inherit from the start compartment's `Error`, with which a plugin could read every stack of the worker. */
function inheritTamedError(value: unknown): void {
  if (typeof value !== "function" || Object.getPrototypeOf(value) !== Error) return;
  Object.setPrototypeOf(value, Error.prototype.constructor);
}

/** Bundled namespaces (`Type`) are made of getters, which `harden` does not look behind. */
function hardenWithGetters(value: unknown, done: Set<unknown>): void {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || done.has(value)) return;
  done.add(value);
  harden(value);
  for (const key of Reflect.ownKeys(value)) hardenWithGetters(Reflect.get(value, key), done);
}

/**
 * Evaluates a plugin's code in a compartment of its own and returns its default export.
 *
 * @param code the bundle's `plugin.js`: CommonJS that requires nothing but the SDK
 * @param name what stack traces call the code, such as `org.example.hello/plugin.js`
 * @param endowments the globals it gets beside the language's own
 * @throws Error where the code is refused by the sandbox, throws, or exports no plugin
 */
export function evaluatePlugin(code: string, name: string, endowments: Record<string, unknown>): Plugin {
  const compartment = new Compartment({ globals: endowments, name, __options__: true });
  const scope = compartment.globalThis as Record<string, unknown>;
  const source = `(function (${LOCALS.join(", ")}) { return function (module, exports, require) {${code}\n}; })\n//# sourceURL=${name}`;
  const bind = compartment.evaluate(source) as (...locals: unknown[]) => (...args: unknown[]) => void;
  const module = { exports: {} as { default?: unknown } };
  bind(...LOCALS.map((local) => scope[local]))(module, module.exports, requireSdk);

  const plugin = module.exports.default as Partial<Plugin> | undefined;
  if (plugin?.isRookeryPlugin !== true || typeof plugin.setup !== "function") {
    throw new Error("The plugin's entry file has no default export made by definePlugin().");
  }
  return plugin as Plugin;
}

const requireSdk = harden((id: unknown) => {
  if (id === "@rookery/plugin-sdk") return sharedSdk;
  throw new Error(`A plugin can only require "@rookery/plugin-sdk"; bundle ${JSON.stringify(id)} into it.`);
});
