import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** In calls, getters, proxies, JSON, patterns and sorting. */
export default plugin({
  go: `
    const ways = [
      () => { const f = () => f() + 1; f(); },
      () => { const o = { get o() { return this.o; } }; o.o; },
      () => { let p = {}; for (let n = 0; n < 1e5; n++) p = new Proxy(p, {}); p.x; },
      () => { const a = []; a[0] = a; JSON.stringify({ toJSON() { return JSON.stringify(this); } }); },
      () => { new RegExp("(".repeat(5e4) + ")".repeat(5e4)).test("x"); },
      () => { let a = []; for (let n = 0; n < 1e5; n++) a = [a]; String(a); a.flat(Infinity); },
    ];
    return ways.map((way) => { try { way(); return "done"; } catch (error) { return error.name; } }).length;`,
  expect: ({ answer }) => expect(answer).toBe("got 6"),
});
