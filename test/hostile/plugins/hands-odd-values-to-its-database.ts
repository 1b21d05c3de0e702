import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Parameters with getters, proxies, detached buffers and names of the prototype. */
export default plugin({
  go: `
    const odd = [{ get a() { throw new Error("read"); } }, new Proxy({}, { ownKeys() { throw new Error("asked"); } }), JSON.parse('{"__proto__": 1}'), new Uint8Array(1e7), NaN, Infinity, 2n ** 70n, "\\ud800", [1], () => 1, Symbol("x"), undefined];
    const results = odd.map((value) => { try { bot.database.all("SELECT ? AS v", value); return "answered"; } catch (error) { return error.code ?? error.name; } });
    bot.database.all("SELECT 1");
    return results.length;`,
  expect: ({ answer }) => expect(answer).toBe("got 12"),
});
