import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** The event's ID stands in the address, too, and what is there is read with the account's token. */
export default plugin({
  go: `
    const ids = ["../../../account/whoami", "..", "../state", WORLD.adasEvent + "/../x", "%2e%2e"];
    const results = [];
    for (const eventId of ids) results.push(await ctx.redact({ eventId }).then(() => "removed", (error) => error.code));
    return results.join();`,
  expect: ({ answer }) => expect(answer).not.toContain("removed"),
});
