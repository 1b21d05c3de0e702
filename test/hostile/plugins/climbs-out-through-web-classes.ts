import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** What is endowed from outside: URL, text encoding, crypto, Intl, Date, AbortSignal. */
export default plugin({
  go: `
    const seeds = [URL, new URL("https://a.example"), URLSearchParams, TextEncoder, new TextDecoder(), AbortController, new AbortController().signal, AbortSignal.abort().reason, crypto, crypto.subtle, Date, new Date(), Math, Intl, new Intl.NumberFormat("en"), structuredClone, queueMicrotask, console, console.log];
    const out = [];
    for (const seed of seeds) for (let at = seed; at !== null; at = Object.getPrototypeOf(at)) {
      for (const each of [at, at.constructor]) {
        try { out.push(each.constructor.constructor("return typeof process")()); } catch {}
      }
    }
    return [...new Set(out)];`,
  expect: ({ answer }) => expect(answer).toMatch(/^got \[("undefined")?\]$/),
});
