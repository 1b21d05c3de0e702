import { encodeKeyIfValid } from "./key.ts";

/** Under which key an index has this value: none, where the path leads to nothing that can be one. */
export function entryKey(value: unknown, keyPath: string | string[]): Buffer | undefined {
  return encodeKeyIfValid(
    typeof keyPath === "string" ? follow(value, keyPath) : keyPath.map((path) => follow(value, path)),
  );
}

function follow(value: unknown, path: string): unknown {
  if (path === "") return value;
  let at = value;
  for (const name of path.split(".")) {
    if (typeof at === "string" && name === "length") at = at.length;
    else if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    else at = (at as Record<string, unknown>)[name];
  }
  return at;
}
