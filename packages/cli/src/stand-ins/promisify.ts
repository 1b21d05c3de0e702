type Callback = (error: unknown, value?: unknown) => void;
type Functions = (...args: never[]) => unknown;

const CUSTOM = Symbol.for("nodejs.util.promisify.custom");

/** A function that gives a promise in the place of one that calls back. */
export function promisify(original: Functions & { [CUSTOM]?: unknown }): Functions {
  if (typeof original !== "function") throw notAFunction("original", original);
  const custom = original[CUSTOM] ?? timer(original);
  if (custom !== undefined) {
    if (typeof custom !== "function") throw notAFunction("util.promisify.custom", custom);
    return Object.defineProperty(custom, CUSTOM, { value: custom, configurable: true }) as Functions;
  }
  const promising = function (this: unknown, ...args: unknown[]) {
    return new Promise((resolve, reject) => {
      const callback: Callback = (error, value) => (error ? reject(error) : resolve(value));
      original.apply(this, [...args, callback] as never);
    });
  };
  Object.setPrototypeOf(promising, Object.getPrototypeOf(original));
  return Object.defineProperties(promising, {
    ...Object.getOwnPropertyDescriptors(original),
    [CUSTOM]: { value: promising, configurable: true },
  });
}
promisify.custom = CUSTOM;

/** The timers take their callback first. */
function timer(original: unknown): Functions | undefined {
  if (original === setTimeout)
    return (ms?: number, value?: unknown) => new Promise((done) => setTimeout(done, ms, value));
  if (original === setImmediate) return (value?: unknown) => new Promise((done) => setImmediate(done, value));
  return undefined;
}

/** A function that calls back in the place of one that gives a promise. */
export function callbackify(original: Functions): Functions {
  if (typeof original !== "function") throw notAFunction("original", original);
  const calling = function (this: unknown, ...args: unknown[]) {
    const callback = args.pop();
    if (typeof callback !== "function") throw notAFunction("last argument", callback);
    const promise = original.apply(this, args as never) as Promise<unknown>;
    promise.then(
      (value) => queueMicrotask(() => callback(null, value)),
      (error) => queueMicrotask(() => callback(error || falsy(error))),
    );
  };
  return Object.defineProperty(calling, "name", { value: `${original.name}Callbackified` });
}

const falsy = (reason: unknown) =>
  Object.assign(new Error("Promise was rejected with falsy value"), {
    code: "ERR_FALSY_VALUE_REJECTION",
    reason,
  });

function notAFunction(name: string, value: unknown): TypeError {
  const text = `The "${name}" argument must be of type function. Received ${value === null ? "null" : `type ${typeof value}`}`;
  return Object.assign(new TypeError(text), { code: "ERR_INVALID_ARG_TYPE" });
}
