import emitter from "events/";
import { on } from "./event-on.ts";
import { once } from "./event-once.ts";

type Emitter = import("node:events").EventEmitter;
type Listener = (...args: unknown[]) => void;

/** `events` of npm, and what Node's has beyond it. */
export const EventEmitter = emitter as typeof import("node:events").EventEmitter;
export const errorMonitor: unique symbol = Symbol.for("events.errorMonitor") as never;
export const captureRejectionSymbol: unique symbol = Symbol.for("nodejs.rejection") as never;
export const defaultMaxListeners: number = EventEmitter.defaultMaxListeners;

const { emit } = EventEmitter.prototype;
EventEmitter.prototype.emit = function (this: Emitter, name: string | symbol, ...args: unknown[]) {
  if (name === "error" && this.listenerCount(errorMonitor) > 0) emit.call(this, errorMonitor, ...args);
  return emit.call(this, name, ...args);
} as Emitter["emit"];

/** The listeners of an emitter. Those of an `EventTarget` cannot be seen. */
export const getEventListeners = (target: Emitter, name: string | symbol) => target.listeners(name);
export const getMaxListeners = (target: Emitter) => target.getMaxListeners();
export const listenerCount = (target: Emitter, name: string | symbol) => target.listenerCount(name);

/** How many listeners are no leak: of these emitters, or of all that say nothing else. */
export function setMaxListeners(count: number, ...targets: Emitter[]): void {
  if (targets.length === 0) EventEmitter.defaultMaxListeners = count;
  for (const target of targets) target.setMaxListeners?.(count);
}

/** Listens once for the end of what a signal stands for. */
export function addAbortListener(signal: AbortSignal, listener: Listener): Disposable {
  if (signal.aborted) queueMicrotask(() => listener());
  else signal.addEventListener("abort", listener, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", listener) };
}

Object.assign(EventEmitter, {
  ...{ once, on, errorMonitor, captureRejectionSymbol },
  ...{ getEventListeners, getMaxListeners, setMaxListeners, addAbortListener },
});

export { on, once };
export default EventEmitter;
