type Json = Record<string, unknown>;

/** What stood where a JSON pointer points; `null` also where one of its parents is `null`. */
export type Taken = { there: false } | { there: true; value: unknown };

/** Takes out what stands there. What cannot be walked to is not there. */
export function takeAt(root: Json, pointer: string): Taken {
  const path = pathOf(pointer);
  let parent = root;
  for (const [index, key] of path.entries()) {
    if (!Object.hasOwn(parent, key)) return { there: false };
    const value = parent[key];
    if (index === path.length - 1) delete parent[key];
    if (index === path.length - 1 || value === null) return { there: true, value };
    if (!isObject(value)) return { there: false };
    parent = value;
  }
  return { there: false };
}

/** Takes out the parent that is `null`, if there is one. */
export function dropNullParent(root: Json, pointer: string): void {
  let parent = root;
  for (const key of pathOf(pointer).slice(0, -1)) {
    const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
    if (value === null) delete parent[key];
    if (!isObject(value)) return;
    parent = value;
  }
}

/** Puts a value there, in objects that are made where they are missing; not into what is no object. */
export function putAt(root: Json, pointer: string, value: unknown): void {
  const path = pathOf(pointer);
  const last = path.pop() ?? "";
  let parent = root;
  for (const key of path) {
    if (!Object.hasOwn(parent, key)) parent[key] = {};
    const next = parent[key];
    if (!isObject(next)) return;
    parent = next;
  }
  parent[last] = value;
}

/** https://www.rfc-editor.org/rfc/rfc6901#section-4 */
const pathOf = (pointer: string) =>
  pointer
    .slice(1)
    .split("/")
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
