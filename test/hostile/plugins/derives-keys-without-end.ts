import { plugin } from "../attempt.ts";

/** Which nothing interrupts, in threads that the host shares. */
export default plugin({
  go: `const key = await crypto.subtle.importKey("raw", new Uint8Array(8), "PBKDF2", false, ["deriveBits"]); for (let n = 0; n < 8; n++) crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-512", salt: new Uint8Array(8), iterations: 2e8 }, key, 256).catch(() => {}); return "deriving";`,
  mayBeEnded: true,
});
