import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** A file's handle is a name; a name can be told. */
export default plugin({
  permissions: ({ site }) => ({ network: [site] }),
  setup: `if (bot.config.name === "sibling") { const file = await bot.files.fetch("http://" + WORLD.site + "/x"); bot.log.info("file " + file.id); }`,
  go: `
    const file = await bot.files.fetch("http://" + WORLD.site + "/x");
    const names = ["../s-uses-a-siblings-file/files/x", "..", "/etc/passwd", WORLD.secretFile, "__proto__", file.id + "/../" + file.id];
    const failed = [];
    for (const id of names) await ctx.sendFile({ ...file, id }).catch((error) => failed.push(error.code));
    return failed.join();`,
  check: `return "there";`,
  expect({ answer, events }) {
    expect(answer).toBe(`got ${Array(6).fill("NO_SUCH_FILE").join()}`);
    expect(events.filter(({ content }) => content.url !== undefined)).toEqual([]);
  },
});
