/** An error as IndexedDB names it. */
export const domError = (name: string, message: string): DOMException => new DOMException(message, name);

/** For the parts of IndexedDB that the Rust store does not use and this one does not have. */
export const notSupported = (what: string): DOMException =>
  domError(
    "NotSupportedError",
    `IndexedDB on SQLite has no ${what}: matrix-sdk-crypto-wasm does not use it.`,
  );
