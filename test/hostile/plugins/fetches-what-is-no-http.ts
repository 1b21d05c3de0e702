import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Files, data, and addresses that only look like a granted one. */
export default plugin({
  permissions: ({ site }) => ({ network: [site] }),
  go: `
    const urls = ["file://" + WORLD.secretFile, "data:text/plain,x", "ftp://" + WORLD.site, "ws://" + WORLD.site, "blob:http://" + WORLD.site + "/x", "javascript:1", "http://" + WORLD.site + "@127.0.0.1:" + WORLD.vaultPort, "http://127.0.0.1:" + WORLD.vaultPort + "/#" + WORLD.site, "//" + WORLD.site, "http:" + String.fromCharCode(92, 92) + "127.0.0.1:" + WORLD.vaultPort, "", { toString: () => WORLD.vault }];
    const got = [];
    for (const url of urls) for (const ask of [fetch, bot.files.fetch]) await ask(url).then(() => got.push(url), () => {});
    return got;`,
  expect: ({ answer }) => expect(answer).toBe("got []"),
});
