import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** A second one behind the first, where the lines end as it says. */
export default plugin({
  permissions: ({ site }) => ({ network: [site] }),
  go: `
    const crlf = String.fromCharCode(13, 10);
    const url = "http://" + WORLD.site + "/";
    const tries = [
      { headers: { "x-a": "1" + crlf + crlf + "GET /smuggled HTTP/1.1" + crlf + "Host: x" } },
      { headers: { ["x-a" + crlf + "x-b"]: "1" } },
      { method: "GET /smuggled HTTP/1.1" + crlf },
      { method: "POST", headers: { "content-length": "1" }, body: "xGET /smuggled HTTP/1.1" + crlf + "Host: x" + crlf + crlf },
      { method: "POST", headers: { "transfer-encoding": "chunked" }, body: "0" + crlf + crlf + "GET /smuggled HTTP/1.1" + crlf + "Host: x" + crlf + crlf },
      { headers: { upgrade: "websocket", connection: "upgrade" } },
      { method: "CONNECT" }, { method: "TRACE" },
    ];
    for (const init of tries) await Promise.race([fetch(url + "plain" + crlf + "/smuggled", init).catch(() => {}), new Promise((go) => setTimeout(go, 500))]);
    return "tried";`,
  expect({ answer, outside }) {
    expect(answer).toBe("got tried");
    expect(outside.siteRequests.filter(({ url }) => url.startsWith("/smuggled"))).toEqual([]);
  },
});
