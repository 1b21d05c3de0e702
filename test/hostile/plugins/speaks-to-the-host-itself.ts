import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** The line to the host, under the names that it has in Node. */
export default plugin({
  go: `
    const message = [[3, "sibling", "log.write", { level: "error", message: "forged" }]];
    const names = ["parentPort", "postMessage", "process", "MessageChannel", "BroadcastChannel", "self", "port", "rpc", "__rpc"];
    const found = names.filter((name) => globalThis[name] !== undefined);
    for (const name of found) { globalThis[name].postMessage?.(message); globalThis[name].send?.(message); globalThis[name].stdout?.write(JSON.stringify(message)); }
    return found;`,
  expect: ({ answer }) => expect(answer).toBe("got []"),
});
