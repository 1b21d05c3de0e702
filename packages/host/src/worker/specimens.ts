/**
 * SES freezes the language's own objects, and `harden` what can be reached from the web classes. What
 * Node's classes hand out only while they work can be reached by neither: the event of an abort, the
 * iterator of a query, a key, an error. Their prototypes are shared by all compartments (and a listener's
 * also by the worker itself), so one specimen of each is made here and hardened.
 *
 * The test "nothing that two instances both see can be changed" in worker.test.ts finds what is missing.
 */
export async function hardenSpecimens(): Promise<void> {
  for (const specimen of await specimens()) harden(specimen);
}

async function specimens(): Promise<unknown[]> {
  const events: Event[] = [];
  const { signal } = aborted((event) => events.push(event));
  const any = AbortSignal.any([new AbortController().signal]);
  any.addEventListener("abort", () => undefined);
  const query = new URLSearchParams("a=1");
  const segments = new Intl.Segmenter("en").segment("a");
  const { subtle } = crypto;
  const bytes = new Uint8Array(16);
  return [
    ...[events, signal, any, listenerOf(any)],
    ...[query.entries(), segments, segments[Symbol.iterator](), new TextDecoder("utf-16le")],
    await subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt"]),
    ...THROWING.map(thrownBy),
    ...(await Promise.all([
      rejectionOf(subtle.importKey("raw", bytes, "none", false, [])),
      rejectionOf(subtle.digest("none", bytes)),
      rejectionOf(Reflect.apply(subtle.encrypt, subtle, []) as Promise<unknown>),
    ])),
  ];
}

function aborted(onAbort: (event: Event) => void): AbortController {
  const controller = new AbortController();
  const { signal } = controller;
  signal.addEventListener("abort", onAbort);
  signal.onabort = onAbort;
  controller.abort();
  return controller;
}

/** Node keeps the listeners of a target in a kind of map under a symbol, where everybody can look them up. */
function listenerOf(target: EventTarget): unknown {
  for (const symbol of Object.getOwnPropertySymbols(target)) {
    const kept = Reflect.get(target, symbol) as { get?: (type: string) => { next?: object } } | undefined;
    const first = kept?.get?.("abort")?.next;
    if (first) return Object.getPrototypeOf(first);
  }
  throw new Error(
    "This version of Node keeps listeners elsewhere; see to it that plugins cannot change them.",
  );
}

/** Node has a class for each of its errors' codes. */
const THROWING: (() => unknown)[] = [
  () => Reflect.get(AbortSignal.prototype, "aborted"),
  () => Reflect.get(AbortSignal.prototype, "onabort"),
  () => new (AbortSignal as unknown as new () => unknown)(),
  () => AbortSignal.timeout(-1),
  () => AbortSignal.timeout("1" as never),
  () => AbortSignal.any([1 as never]),
  () => new EventTarget().addEventListener("a", 1 as never),
  () => Reflect.apply(EventTarget.prototype.addEventListener, new EventTarget(), []),
  () => new EventTarget().dispatchEvent(1 as never),
  () => EventTarget.prototype.dispatchEvent.call(1 as never, new Event("a")),
  () => new URL("none"),
  () => new (URL as unknown as new () => unknown)(),
  () => new URLSearchParams([["1"]]),
  () => new URLSearchParams({ [Symbol.iterator]: 1 } as never),
  () => Reflect.apply(URLSearchParams.prototype.get, new URLSearchParams(), []),
  () => Reflect.get(URLSearchParams.prototype, "size"),
  () => new URLSearchParams().forEach(1 as never),
  () => new TextDecoder("none"),
  () => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([255])),
  () => new TextDecoder("utf-16le", { fatal: true }).decode(new Uint8Array([255])),
  () => new TextDecoder().decode(1 as never),
  () => TextDecoder.prototype.decode.call(1 as never),
  () => TextEncoder.prototype.encode.call(1 as never),
  () => new TextEncoder().encodeInto("a", 1 as never),
  () => atob("%"),
  () => Reflect.apply(atob, undefined, []),
  () => structuredClone(() => undefined),
  () => Reflect.apply(structuredClone, undefined, []),
  () => crypto.getRandomValues(new Float64Array(1) as never),
  () => crypto.getRandomValues(new Uint8Array(70_000)),
  () => Reflect.apply(crypto.randomUUID, crypto, [1]),
];

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

const rejectionOf = (work: Promise<unknown>) => work.catch((error: unknown) => error);
