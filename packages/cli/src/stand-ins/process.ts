/**
 * What libraries commonly ask of `process`, with nothing behind it: no environment, no arguments, no
 * streams, no way to end anything.
 */
export const env: Record<string, string | undefined> = { NODE_ENV: "production" };
export const argv: string[] = [];
export const execArgv: string[] = [];
export const browser = true;
export const title = "browser";
export const version = "";
export const versions: Record<string, string> = {};
export const platform = "browser";
export const arch = "javascript";
export const pid = 1;

/** The path that relative paths are below; there is no disk. */
export const cwd = (): string => "/";

/** Runs a function after what runs now. */
export function nextTick<A extends unknown[]>(task: (...args: A) => void, ...args: A): void {
  queueMicrotask(() => task(...args));
}

/** Writes a warning to the instance's log. */
export function emitWarning(warning: string | Error): void {
  console.warn(warning);
}

/** Seconds and nanoseconds of a clock that only goes forward. */
function time(since: [number, number] = [0, 0]): [number, number] {
  const nanoseconds = bigint() - BigInt(since[0]) * 1_000_000_000n - BigInt(since[1]);
  return [Number(nanoseconds / 1_000_000_000n), Number(nanoseconds % 1_000_000_000n)];
}
const bigint = (): bigint => BigInt(Math.round(performance.now() * 1e6));
export const hrtime = /* @__PURE__ */ Object.assign(time, { bigint });

/** Seconds since the worker started. */
export const uptime = (): number => performance.now() / 1000;

/** A process of which nothing is ever heard. */
const deaf = () => process;

const process = {
  ...{ env, argv, execArgv, browser, title, version, versions, platform, arch, pid },
  ...{ cwd, nextTick, emitWarning, hrtime, uptime },
  ...{ on: deaf, once: deaf, off: deaf, addListener: deaf, removeListener: deaf, removeAllListeners: deaf },
  ...{ prependListener: deaf, prependOnceListener: deaf, emit: () => false },
  ...{ listeners: (): never[] => [], listenerCount: () => 0 },
};
export default process;
