import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Errors that were made outside of the compartment, and what made them. */
export default plugin({
  go: `
    const { HostError, UserError } = require("@rookery/plugin-sdk");
    const caught = [() => bot.command(" "), () => require("x"), () => setTimeout(1), () => new URL("x"), () => atob("%"), () => structuredClone(() => {}), () => { throw new HostError("A", "b"); }, () => { throw new UserError("c"); }];
    const errors = caught.map((work) => { try { work(); } catch (error) { return error; } });
    errors.push(await bot.store.get(5).catch((error) => error), await crypto.subtle.digest("x", new Uint8Array(1)).catch((error) => error));
    const kinds = errors.flatMap((error) => [error, error.constructor, Object.getPrototypeOf(error.constructor)]);
    return kinds.filter((kind) => { try { return kind.constructor.constructor("return typeof process")() !== "undefined"; } catch { return false; } }).length;`,
  expect: ({ answer }) => expect(answer).toBe("got 0"),
});
