// What a host needs that has accounts: nothing of it loads the Rust implementation, which the threads have.
export type { Recovered } from "./engine/backup.ts";
export type { Crypto, CryptoStatus, RoomKey } from "./engine/crypto.ts";
export type { Decryption } from "./engine/decrypting.ts";
export type { EncryptedContent } from "./engine/encrypting.ts";
export type { DevicePolicy, Room } from "./engine/room-settings.ts";
export type { Verification } from "./engine/shown-verification.ts";
export type { VerificationPartner, VerificationStep } from "./engine/verification.ts";
export { CODES, type Code, CryptoError } from "./errors.ts";
export type { Http, HttpResponse } from "./http.ts";
export { MediaDecryption, MediaEncryption, MediaKey } from "./media/media.ts";
export { type AccountCrypto, type OpenCryptoOptions, openCrypto } from "./worker/open-crypto.ts";
