import { plugin } from "../attempt.ts";

/** By every way that makes a long one. */
export default plugin({
  go: `const ways = [() => "x".padEnd(2 ** 29), () => "x".padStart(2 ** 29 - 25).replaceAll(" ", "yy"), () => Array(2 ** 25).fill("x".repeat(20)).join(), () => JSON.stringify("\\u0000".repeat(1e8)), () => "a".repeat(1e8).replace(/a/g, "$&$&$&$&"), () => escape("ä".repeat(1e8)), () => "x".repeat(2 ** 29 - 30).normalize("NFKD"), () => btoa("x".repeat(4e8))]; for (const way of ways) try { way(); } catch {} return "padded";`,
  mayBeEnded: true,
});
