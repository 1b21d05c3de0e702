import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** By name, by path, and by what objects inherit. */
export default plugin({
  permissions: () => ({ programs: ["environment"] }),
  go: `
    const names = ["downloader", "/bin/sh", "../environment", "environment;id", "__proto__", "constructor", "toString", "", "environment/"];
    const results = [];
    for (const name of names) results.push(await bot.programs.run(name, []).then(() => "ran " + name, (error) => error.code));
    return [...new Set(results)].join();`,
  expect: ({ answer }) => expect(answer).toBe("got PERMISSION_DENIED"),
});
