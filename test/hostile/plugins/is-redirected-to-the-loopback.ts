import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** By a site that it was granted. */
export default plugin({
  permissions: ({ site }) => ({ network: [site] }),
  go: `
    const to = ["http://127.0.0.1:PORT/", "//127.0.0.1:PORT/", "http://[::ffff:7f00:1]:PORT/", "http://2130706433:PORT", "http://localhost:PORT/", "file:///etc/passwd", "gopher://127.0.0.1:PORT/", "http://x@127.0.0.1:PORT/", "data:text/plain,x"];
    const got = [];
    for (const each of to) for (const ask of [(url) => fetch(url).then((answer) => answer.text()), (url) => bot.files.fetch(url)])
      await ask("http://" + WORLD.site + "/redirect/" + encodeURIComponent(each)).then((answer) => got.push(each), (error) => error.code === "PERMISSION_DENIED" || got.push(each + " " + error.code));
    return got;`,
  expect: ({ answer }) => expect(answer).toBe("got []"),
});
