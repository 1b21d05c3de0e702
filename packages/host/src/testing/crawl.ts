/**
 * Code for a compartment: `crawl(roots, mark)` goes through all that can be reached, along every property,
 * getter and prototype, and through what the web classes hand out; marks what can be changed; and gives
 * the paths of what another crawl has marked before, each with that one's mark. What two instances of a
 * plugin both find open is a way from one to the other.
 */
export const CRAWL = `
async function crawl(roots, mark) {
  const MARK = "marked by a crawl";
  const caught = (work) => { try { return work(); } catch (error) { return error; } };
  const settled = (work) => Promise.resolve().then(work).catch((error) => error);
  const events = [];
  const controller = new AbortController();
  controller.signal.addEventListener("abort", (event) => events.push(event));
  controller.signal.onabort = (event) => events.push(event);
  controller.abort();
  const waiting = new AbortController();
  waiting.signal.addEventListener("abort", () => {});
  waiting.signal.onabort = () => {};
  const any = AbortSignal.any([waiting.signal]);
  any.addEventListener("abort", () => {});
  const sdk = roots.require("@rookery/plugin-sdk");
  const segments = new Intl.Segmenter("en").segment("a b");
  const seeds = {
    ...roots, sdk, events, aborted: controller.signal, waiting: waiting.signal, any, timeout: AbortSignal.timeout(1e6),
    globals: Object.getOwnPropertyNames(globalThis).filter((name) => name !== "globalThis").map((name) => globalThis[name]),
    url: new URL("https://a.example/?b=1"), query: new URLSearchParams("a=1"), entries: new URLSearchParams("a=1").entries(),
    text: [new TextEncoder(), new TextDecoder(), new TextDecoder("utf-16le"), new TextDecoder("utf-8", { fatal: true })],
    intl: Object.getOwnPropertyNames(Intl).filter((name) => typeof Intl[name] === "function").map((name) => caught(() => name === "DisplayNames" ? new Intl[name]("en", { type: "region" }) : new Intl[name]("en"))),
    segments, segment: segments[Symbol.iterator](),
    target: (() => { const target = new EventTarget(); target.addEventListener("a", (event) => events.push(event), { signal: waiting.signal }); target.addEventListener("a", { handleEvent() {} }, { once: true }); target.dispatchEvent(new Event("a", { cancelable: true })); return target; })(),
    event: new Event("a"), path: new Event("a").composedPath(), exception: new DOMException("x", "AbortError"), legacy: new DOMException("x", "DataCloneError"),
    web: [new Headers({ a: "1" }), new Headers({ a: "1" }).entries(), new Headers().keys(), new Headers()[Symbol.iterator](), new Request("https://a.example/"), new Request("https://a.example/").signal, new Response("a"), Response.json({})],
    socket: caught(() => new WebSocket("wss://a.example/")), fetched: caught(() => fetch("https://a.example/").catch((error) => error)),
    clones: [new Error("x"), new Map([[1, {}]]), new Date(), /a/g, new Uint8Array(2), new ArrayBuffer(2)].map((each) => structuredClone(each)),
    language: ["a".matchAll(/a/g), "a"[Symbol.iterator](), [1].values().map((x) => x), new Map().entries(), (function* () {})(), (async function* () {})(), Promise.resolve(), /a/d.exec("a"), 1n, new Error("x", { cause: 1 }), caught(() => nobodyDefinedThis)],
    errors: [() => atob("%"), () => structuredClone(() => {}), () => new URL("x"), () => new TextDecoder("x"), () => controller.signal.throwIfAborted(), () => null.x, () => new AbortSignal(), () => crypto.getRandomValues(new Float64Array(1)), () => crypto.getRandomValues(new Uint8Array(1e6)), () => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([255])), () => roots.require("x"), () => new Intl.Locale("!!"), () => AbortSignal.timeout(-1), () => AbortSignal.any([1]), () => new URLSearchParams([["1"]]), () => setTimeout(1), () => new Event(), () => new Event("a", 1), () => Event("a"), () => new EventTarget().addEventListener("a", 1), () => new EventTarget().addEventListener(), () => new EventTarget().addEventListener("a", () => {}, { signal: 1 }), () => new EventTarget().dispatchEvent(1), () => EventTarget.prototype.dispatchEvent.call(1, new Event("a")), () => EventTarget.prototype.addEventListener.call(1, "a", () => {}), () => Object.getOwnPropertyDescriptor(Event.prototype, "type").get.call(1), () => Event.prototype.composedPath.call(1), () => Event.prototype.initEvent.call(new Event("a")), () => DOMException("x"), () => Object.getOwnPropertyDescriptor(DOMException.prototype, "name").get.call(1), () => new DOMException("x", Symbol()), () => new Response("a", { status: 1 }), () => new Headers(1), () => new Headers({ "": "1" }), () => new Request("x"), () => new WebSocket("x"), () => performance.now.call(1), () => new sdk.HostError("A", "b"), () => new sdk.UserError("c")].map(caught),
    promised: await Promise.all([() => crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"]), () => crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign"]), () => crypto.subtle.digest("SHA-256", new Uint8Array(1)), () => crypto.subtle.digest("x", new Uint8Array(1)), () => crypto.subtle.importKey("raw", new Uint8Array(1), "x", true, []), () => crypto.subtle.encrypt()].map(settled)),
  };
  const seen = new Set();
  const found = [];
  const queue = [[seeds, "seeds"]];
  for (const [value, path] of queue) {
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) continue;
    seen.add(value);
    if (Object.hasOwn(value, MARK)) found.push(path + " " + value[MARK]);
    else try { Object.defineProperty(value, MARK, { value: mark }); } catch {}
    queue.push([caught(() => Object.getPrototypeOf(value)), path + ".[[prototype]]"]);
    const keys = caught(() => Reflect.ownKeys(value));
    // The elements of a long array are of no interest.
    if (!Array.isArray(keys) || keys.length > 3000) continue;
    for (const key of keys) {
      const at = path + "." + String(key);
      const { value: inner, get, set } = Object.getOwnPropertyDescriptor(value, key) ?? {};
      queue.push([inner, at], [get, at + "<get>"], [set, at + "<set>"]);
      if (get) queue.push([caught(() => value[key]), at]);
    }
    // Node's own kind of map, too, whose prototype says the same and is none.
    caught(() => {
      if (Object.prototype.toString.call(value) !== "[object Map]") return;
      for (const [key, inner] of value) queue.push([key, path + "[key]"], [inner, path + "[value]"]);
    });
  }
  return found;
}
`;
