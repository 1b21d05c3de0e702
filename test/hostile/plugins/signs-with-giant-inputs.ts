import { plugin } from "../attempt.ts";

/** Crypto works in threads of its own, on copies. */
export default plugin({
  go: `const bytes = new Uint8Array(5e7); await Promise.all(Array.from({ length: 50 }, () => crypto.subtle.digest("SHA-512", bytes).catch(() => {}))); return "signed";`,
  mayBeEnded: true,
});
