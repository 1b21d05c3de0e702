import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** As the one beside it, whose name its pattern means and its namespace has; as itself; as a person; as one it may be. */
export default plugin({
  permissions: () => ({ impersonate: ["slackhello", "hello", "attacker", "ada", "slack_*"] }),
  go: `
    const results = [];
    for (const name of ["hello", "attacker", "ada", "slack_ada"]) results.push(await ctx.as(name).send("in the name of " + name).then(() => "sent", (error) => error.code));
    return results.join();`,
  async expect({ answer, events, users }) {
    expect(answer).toBe("got PERMISSION_DENIED,PERMISSION_DENIED,HOMESERVER_REFUSED,sent");
    const said = events.filter(({ content }) => String(content.body).startsWith("in the name of"));
    expect(said.map(({ sender, content }) => [sender, content.body])).toEqual([
      ["@slack_ada:test", "in the name of slack_ada"],
    ]);
    expect(await users.exist("slack_ada")).toBe(true);
  },
});
