import { AppError } from "../errors.ts";
import { LIMITS } from "./limits.ts";

/**
 * Decodes and checks the name of an entry: a relative path with `/`, as every system would read it.
 *
 * @throws AppError BUNDLE_PATH
 */
export function parseEntryName(bytes: Buffer): string {
  const name = decode(bytes);
  const why = name === null ? "is not UTF-8" : whyForbidden(name, bytes.length);
  if (name === null || why !== null) {
    throw new AppError(
      "BUNDLE_PATH",
      `The name of the bundle's entry ${showName(name ?? bytes.toString("latin1"))} ${why}. Only plain relative names such as plugin.js or docs/usage.md are allowed; build the bundle again without this file.`,
    );
  }
  return name;
}

/** A name from a bundle, for messages: quoted, control characters escaped, not endless. */
export function showName(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function whyForbidden(name: string, bytes: number): string | null {
  if (name === "") return "is empty";
  if (bytes > LIMITS.nameBytes) return `is longer than ${LIMITS.nameBytes} bytes`;
  if (name.includes("\0")) return "has a NUL character";
  if (/\p{Cc}/u.test(name)) return "has a control character";
  if (name.includes("\\")) return "has a backslash";
  if (name.startsWith("/")) return "is an absolute path";
  if (/^[a-z]:/i.test(name)) return "starts with a drive letter";
  const segments = name.replace(/\/$/, "").split("/");
  if (segments.includes("..")) return 'leads out of the bundle with ".."';
  if (segments.includes("") || segments.includes(".")) return "has an empty or dotted part";
  return null;
}
