import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** The management of the host listens on the same machine. */
export default plugin({
  permissions: () => ({ network: ["*.example.org"] }),
  go: `
    const got = [];
    for (const url of ["http://127.0.0.1:" + WORLD.managementPort + "/api/v1/instances", "http://localhost:" + WORLD.managementPort + "/healthz", WORLD.homeserver + "/_matrix/client/versions"])
      await fetch(url).then(() => got.push(url), () => {});
    return got;`,
  expect: ({ answer }) => expect(answer).toBe("got []"),
});
