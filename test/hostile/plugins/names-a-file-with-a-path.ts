import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Names with slashes, line ends and quotes, in the room and in the header of the upload. */
export default plugin({
  permissions: ({ site }) => ({ network: [site] }),
  go: `
    const names = ["../../../etc/passwd", "a\\r\\nX-Evil: 1", 'x" filename="y', "..", "\\u202egpj.exe", WORLD.folder + "/written"];
    for (const name of names) {
      const file = await bot.files.fetch("http://" + WORLD.site + "/x");
      await ctx.sendFile(file, { name }).catch(() => {});
      await file.close();
    }
    return "sent";`,
  async expect({ answer, rookery, instance }) {
    expect(answer).toBe("got sent");
    const { readdir } = await import("node:fs/promises");
    expect((await readdir(`${rookery.dataDir}/instances/${instance.id}`)).sort()).toEqual(["files"]);
  },
});
