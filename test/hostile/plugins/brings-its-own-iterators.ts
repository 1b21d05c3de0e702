import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Arrays whose iterator, species or length lie. */
export default plugin({
  permissions: () => ({ programs: ["downloader"] }),
  go: `
    class Evil extends Array { static get [Symbol.species]() { return function () { throw new Error("species"); }; } *[Symbol.iterator]() { yield "--exec"; } }
    const results = [];
    for (const args of [Evil.from(["-J"]), { length: 1, 0: "--exec" }, Object.assign(["-J"], { length: 3 }), new Proxy(["-J"], { get: (t, k) => k === "0" ? "--exec" : t[k] })])
      results.push(await bot.programs.run("downloader", args).then(({ exitCode }) => exitCode, (error) => error.code));
    return results.join();`,
  async expect({ outside }) {
    const { readFile } = await import("node:fs/promises");
    expect(await readFile(outside.programCalls, "utf8").catch(() => "")).not.toContain("--exec");
  },
});
