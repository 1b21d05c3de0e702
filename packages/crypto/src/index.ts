export * from "./account.ts";
export { type CryptoOptions, openEngine } from "./engine/engine.ts";
