import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** A name that was granted, and leads to this machine when it is asked for. */
export default plugin({
  permissions: ({ vaultPort }) => ({ network: [`localhost:${vaultPort}`, `ip6-localhost:${vaultPort}`] }),
  go: `
    const results = [];
    for (const name of ["localhost", "LOCALHOST", "ip6-localhost"]) results.push(await fetch("http://" + name + ":" + WORLD.vaultPort + "/").then((answer) => answer.text(), (error) => error.code));
    return results.join();`,
  expect: ({ answer }) =>
    expect(answer).toMatch(/^got PERMISSION_DENIED,PERMISSION_DENIED,(PERMISSION_DENIED|NETWORK_FAILED)$/),
});
