let trim: (() => void) | undefined;

/**
 * Gives the free pages of the C library's heap back to the system, also those that lie between pieces in use: some
 * 10 ms. Nothing where the C library is not glibc or Node has no `node:ffi` (before 26.1), so nothing may depend on it.
 */
export function trimHeap(): void {
  trim ??= findTrim();
  trim();
}

/** `int malloc_trim(size_t pad)`: malloc_trim(3). */
function findTrim(): () => void {
  try {
    const ffi = process.getBuiltinModule("node:ffi");
    const { functions } = ffi.dlopen(null, { malloc_trim: { arguments: ["uint64"], return: "int32" } });
    return () => void functions.malloc_trim(0n);
  } catch {
    return () => undefined;
  }
}
