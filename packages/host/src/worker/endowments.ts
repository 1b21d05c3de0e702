import type { Log } from "@rookery/plugin-sdk";
import { type HostLink, show } from "@rookery/plugin-sdk/runtime";
import { createFetch } from "./fetch.ts";
import { Headers } from "./headers.ts";
import { Request } from "./request.ts";
import { Response } from "./response.ts";
import type { Timers } from "./timers.ts";
import { createWebSocketClass } from "./web-socket.ts";

/** Web classes that carry no authority. Frozen once, because all compartments share them. */
const WEB = harden({
  URL,
  URLSearchParams,
  TextEncoder,
  TextDecoder,
  AbortController,
  AbortSignal,
  DOMException,
  Event,
  EventTarget,
  Headers,
  Request,
  Response,
  // The start compartment's own: those that SES gives to compartments have no clock and no chance.
  Date,
  Math,
  // SES leaves these out; common libraries want them, and they carry no authority.
  Float32Array,
  Float64Array,
  Intl,
  atob: (text: string) => atob(text),
  btoa: (text: string) => btoa(text),
  structuredClone: <T>(value: T): T => structuredClone(value),
  queueMicrotask: (task: () => void) => void Promise.resolve().then(task),
  // As coarse as in browsers: finer clocks help to measure what is not the plugin's.
  performance: {
    timeOrigin: performance.timeOrigin,
    now: () => Math.round(performance.now() * 10) / 10,
  },
  crypto: {
    subtle: crypto.subtle,
    randomUUID: () => crypto.randomUUID(),
    getRandomValues: (array: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(array),
  },
});

/** The globals of one instance's compartment, beside the language's own. */
export function createEndowments(options: {
  host: HostLink;
  log: Log;
  timers: Timers;
  permissions: { network: string[] };
}): Record<string, unknown> {
  const { host, log, timers, permissions } = options;
  const line =
    (write: (text: string) => void) =>
    (...values: unknown[]) =>
      write(values.map(show).join(" "));
  const own = {
    console: {
      debug: line(log.debug),
      log: line(log.info),
      info: line(log.info),
      warn: line(log.warn),
      error: line(log.error),
    },
    ...timers.globals,
    ...(permissions.network.length > 0 ? { fetch: createFetch(host) } : {}),
    ...(permissions.network.length > 0 ? { WebSocket: createWebSocketClass(host, log) } : {}),
  };
  return { ...WEB, ...harden(own) };
}
