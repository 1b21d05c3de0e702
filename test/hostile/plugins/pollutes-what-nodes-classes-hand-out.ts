import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Events, exceptions, iterators and keys, whose classes no name leads to. */
export default plugin({
  setup: `
    const things = async () => {
      const events = [];
      const controller = new AbortController();
      controller.signal.addEventListener("abort", (event) => events.push(event));
      controller.abort();
      const key = await crypto.subtle.importKey("raw", new Uint8Array(16), "AES-GCM", false, ["encrypt"]);
      const failed = (() => { try { new TextDecoder("none"); } catch (error) { return error; } })();
      return [events[0], controller.signal.reason, new URLSearchParams("a=1").entries(), new Intl.Segmenter("en").segment("a"), key, failed];
    };
    if (bot.config.name === "attacker") for (const each of await things()) {
      for (let at = Object.getPrototypeOf(each); at; at = Object.getPrototypeOf(at)) try { at.polluted = "yes"; } catch {}
    }`,
  go: `return "tried";`,
  check: `return (await things()).map((each) => each.polluted ?? "clean").join();`,
  expect: ({ checked }) => expect(checked).toBe("got clean,clean,clean,clean,clean,clean"),
});
