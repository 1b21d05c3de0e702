import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** By names that only look as though they were in it, on their way through an address and a query. */
export default plugin({
  permissions: () => ({ impersonate: ["slack_*"] }),
  go: `
    const denied = ["ada", "hello", "slack", "xslack_oscar", "slac_ada", "constructor", "__proto__"];
    const wrong = ["@slack_oscar:test", "slack_oscar:evil.org", "Slack_oscar", "SLACK_OSCAR", "slack_/../ada", "../slack_oscar", "slack_oscar?user_id=@ada:test", "slack_oscar&user_id=@ada:test", "slack_oscar#", "slack_%6fscar", "slack_\\u043escar", "slack_oscar\\n", "slack_oscar\\0", "slack_*", "", " slack_oscar", "slack_" + "x".repeat(300), ["slack_oscar"], { toString: () => "slack_oscar" }, null, 5];
    const codes = async (names) => [...new Set(await Promise.all(names.map((name) => Promise.resolve().then(() => ctx.as(name).send("x")).then(() => "sent as " + name, (error) => error.code))))].join();
    return (await codes(denied)) + " " + (await codes(wrong));`,
  async expect({ answer, events, users }) {
    // What is not even plain data does not cross.
    expect(answer).toMatch(/^got PERMISSION_DENIED BAD_REQUEST(,NOT_PLAIN_DATA)?$/);
    expect(new Set(events.map(({ sender }) => sender)).size).toBe(1);
    for (const name of ["slack_oscar", "xslack_oscar", "constructor"])
      expect(await users.exist(name)).toBe(false);
  },
});
