export * from "./account.ts";
export type { CryptoOptions } from "./engine/crypto.ts";
export { openEngine } from "./engine/engine.ts";
