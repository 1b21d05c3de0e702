import path from "path-browserify";

/** `path` as on Unix. Its working directory is "/"; there is no `win32`. */
const posix = path as typeof import("node:path").posix;
posix.toNamespacedPath = (name) => name;

export const { basename, delimiter, dirname, extname, format, isAbsolute, join } = posix;
export const { normalize, parse, relative, resolve, sep, toNamespacedPath } = posix;
export { posix };
export default posix;
