import { LIMITS } from "./limits.ts";

/**
 * Parses JSON that only has one reading: `JSON.parse`, and beyond it no key twice in an object, no
 * `__proto__` (a later copy of the object could turn it into a prototype), no endless nesting.
 *
 * @throws SyntaxError that says what is wrong
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // The text is known to be JSON now, so its strings and brackets can be told by a pattern.
  const open: (Set<string> | null)[] = [];
  for (const [token, , isKey] of text.matchAll(/("(?:[^"\\]+|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === "{" || token === "[") open.push(token === "{" ? new Set() : null);
    else if (token === "}" || token === "]") open.pop();
    else if (isKey !== undefined) addKey(open.at(-1), token.slice(0, -isKey.length));
    if (open.length > LIMITS.manifestDepth) {
      throw new SyntaxError(`it is nested more than ${LIMITS.manifestDepth} deep`);
    }
  }
  return value;
}

function addKey(keys: Set<string> | null | undefined, quoted: string): void {
  const key = JSON.parse(quoted) as string;
  if (key === "__proto__") throw new SyntaxError('it has the key "__proto__"');
  if (keys?.has(key)) throw new SyntaxError(`it has the key ${quoted} twice in one object`);
  keys?.add(key);
}
