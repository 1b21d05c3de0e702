import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** A few bytes for each scan of all its pixels, and a header that claims 2.5 thousand megapixels. */
export default plugin({
  permissions: ({ site }) => ({ network: [site] }),
  go: `
    for (const name of ["minutes.jpg", "bomb.png", "minutes.jpg"]) {
      const file = await bot.files.fetch("http://" + WORLD.site + "/" + name);
      await ctx.sendFile(file, { name });
    }
    return "sent";`,
  expect({ answer, events, logs }) {
    expect(answer).toBe("got sent");
    const pictures = events.filter(({ content }) => content.msgtype === "m.image");
    expect(pictures).toHaveLength(3);
    expect(JSON.stringify(pictures)).not.toMatch(/thumbnail|blurhash/);
    expect(logs.map(({ message }) => message).join()).toContain("bomb.png is sent without a preview");
  },
});
