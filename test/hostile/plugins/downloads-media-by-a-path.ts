import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** The address of media is part of one that carries the account's token. */
export default plugin({
  go: `
    const uris = ["mxc://../../../../v3/account/whoami", "mxc://x/../../../v3/account/whoami", "mxc://x/..", "mxc://x%2f..%2f/y", "mxc://127.0.0.1:" + WORLD.vaultPort + "/x", WORLD.vault + "/x", "mxc://../x?access_token", "mxc://./account"];
    const got = [];
    for (const uri of uris) await bot.files.download(uri).then((file) => got.push(uri), () => {});
    return got;`,
  expect: ({ answer }) => expect(answer).toBe("got []"),
});
