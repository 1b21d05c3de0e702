import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Into its directory, and into the host's memory. */
export default plugin({
  permissions: ({ site }) => ({ network: [site] }),
  go: `
    const url = "http://" + WORLD.site + "/endless";
    return [await bot.files.fetch(url, { maxBytes: 20 * 1024 * 1024 }).catch((error) => error.code), await fetch(url).catch((error) => error.code)].join();`,
  async expect({ answer, rookery, instance }) {
    expect(answer).toBe("got TOO_LARGE,TOO_LARGE");
    const { readdir } = await import("node:fs/promises");
    expect(await readdir(`${rookery.dataDir}/instances/${instance.id}/files`)).toEqual([]);
  },
});
