/** What is thrown where a signal ended the work, as Node has it. */
export function abortError(signal: AbortSignal): Error {
  const error = new Error("The operation was aborted", { cause: signal.reason });
  Object.defineProperty(error, "name", { value: "AbortError", configurable: true, writable: true });
  return Object.assign(error, { code: "ABORT_ERR" });
}
