import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** By every name that it could have. */
export default plugin({
  go: `return [typeof fetch, typeof globalThis.fetch, typeof WebSocket, typeof XMLHttpRequest, typeof EventSource, await bot.files.fetch(WORLD.vault).catch((error) => error.code)].join();`,
  expect: ({ answer }) =>
    expect(answer).toBe("got undefined,undefined,undefined,undefined,undefined,PERMISSION_DENIED"),
});
