import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** By timers, promises and signals that it left running. */
export default plugin({
  setup: `
    const zombie = () => { bot.log.info("zombie"); bot.store.set("zombie", 1).catch(() => {}); };
    bot.signal.addEventListener("abort", () => {
      setInterval(zombie, 1); Promise.resolve().then(zombie); crypto.subtle.digest("SHA-256", new Uint8Array(1)).then(zombie);
      AbortSignal.timeout(20).addEventListener("abort", zombie);
    });`,
  go: `return "well";`,
  check: `await new Promise((go) => setTimeout(go, 200)); return "still here";`,
  async expect({ rookery, instance, checked }) {
    expect(checked).toBe("got still here");
    await rookery.api("POST", `/instances/${instance.id}/stop`);
    const lines = await rookery.api<{ message: string }[]>("GET", `/instances/${instance.id}/logs`);
    expect(lines.map(({ message }) => message)).not.toContain("zombie");
  },
});
