import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Decimal, octal, hexadecimal, short, mapped and named. */
export default plugin({
  permissions: ({ site }) => ({ network: [site, "*.example.org"] }),
  go: `
    const hosts = ["127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.1", "0x7f000001", "127.1", "127.0.1", "[::1]", "[::ffff:7f00:1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "localhost", "localhost.", "LOCALHOST", "0", "0.0.0.0", "[::]", "127.0.0.1.", "①②⑦.0.0.1"];
    const got = [];
    for (const host of hosts) for (const ask of [(url) => fetch(url), (url) => bot.files.fetch(url)])
      await ask("http://" + host + ":" + WORLD.vaultPort + "/").then(() => got.push(host), (error) => error.code === "PERMISSION_DENIED" || got.push(host + " " + error.code));
    return got;`,
  expect: ({ answer }) => expect(answer).toBe("got []"),
});
