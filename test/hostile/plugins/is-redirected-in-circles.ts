import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Without end. */
export default plugin({
  permissions: ({ site }) => ({ network: [site] }),
  go: `await fetch("http://" + WORLD.site + "/around");`,
  expect: ({ answer, outside }) => {
    expect(answer).toMatch(/^refused: .* redirects without end/);
    expect(outside.siteRequests.filter(({ url }) => url === "/around").length).toBeLessThan(10);
  },
});
