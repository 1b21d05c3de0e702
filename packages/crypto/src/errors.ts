/** Every way in which encryption can say no, and what it means. */
export const CODES = {
  CRASHED: "The crypto worker ended in mid-work. It starts anew on its file with the next call: try again.",
  CLOSED: "The account's encryption was closed.",
  HUNG: "A call into the Rust implementation did not come back. Its worker has to be ended.",
  STORE: "The account's crypto file cannot be used: it is damaged, or its key is another.",
  /** The engine is ahead of its file then, and has to be opened anew. */
  STORE_FAILED: "The account's crypto file could not be read or written. It is tried again.",
  NO_ROOM:
    "The disk is nearly full, so that nothing is taken in, rather than half of it. Make room: it comes again.",
  HOMESERVER: "The homeserver answered a request with an error.",
  BAD_DATA: "Something from outside has not the shape that the specification gives it.",
  UNSUPPORTED_ALGORITHM: "The room is encrypted in a way that this implementation does not know.",
  IDENTITY_EXISTS: "The account has a cross-signing identity already: recover it with its recovery key.",
  NO_IDENTITY: "The account's identity is not on this device: set it up, or recover it, first.",
  PASSWORD_NEEDED: "The homeserver wants the account's password before it takes a cross-signing identity.",
  APPROVAL_NEEDED:
    "The homeserver wants somebody to approve it in a browser before it takes a cross-signing identity. Do that, then do this again.",
  APPROVAL_UNKNOWN:
    "The homeserver wants more than a password before it takes a cross-signing identity, in a way that is not known here: make it in another client, and recover it.",
  NO_VERIFICATION:
    "There is no such verification, or it is not where it could take this step. One that is not finished in ten minutes ends.",
  RECOVERY_EXISTS: "The account has a recovery key already: use that one.",
  NO_RECOVERY: "The account has no recovery set up that could be used.",
  WRONG_RECOVERY_KEY: "This is not the account's recovery key.",
} as const;

export type Code = keyof typeof CODES;

/** Whatever this package throws on purpose. `code` crosses the thread's border as it is. */
export class CryptoError extends Error {
  override readonly name = "CryptoError";
  readonly code: Code;
  /** What happened, to what; of `APPROVAL_NEEDED` the address to open, or its path at the homeserver. */
  readonly detail: string;

  constructor(code: Code, detail = "", options?: ErrorOptions) {
    super(detail === "" ? CODES[code] : `${CODES[code]} (${detail})`, options);
    this.code = code;
    this.detail = detail;
  }
}
