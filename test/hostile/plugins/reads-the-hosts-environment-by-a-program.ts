import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** And where the host is, and what lies there. */
export default plugin({
  permissions: () => ({ programs: ["environment"] }),
  go: `return (await bot.programs.run("environment", [])).stdout;`,
  expect({ answer }) {
    expect(answer).toContain("PATH=/usr/local/bin:/usr/bin:/bin");
    expect(answer).not.toMatch(/ROOKERY_|A_SECRET|secret.key/);
  },
});
