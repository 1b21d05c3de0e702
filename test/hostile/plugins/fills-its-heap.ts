import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** With small objects. */
export default plugin({
  go: `const all = []; for (;;) all.push(new Array(1000).fill(all.length));`,
  // On a machine that is busy enough, it is the ping that is missed first.
  isEnded: /ran out of memory|did not answer for 5 s/,
  // The event that did it is given up after three workers, and the bot is well again.
  async expect({ rookery, instance }) {
    const well = await rookery.until(
      instance.id,
      ({ status, counts }) => status === "running" && counts.waiting === 0,
    );
    expect([well.enabled, well.counts.failed]).toEqual([true, 1]);
  },
});
