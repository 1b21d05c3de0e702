type Query = Record<string, string | string[]>;

/** `name=value&…`; lists repeat their name. */
export function stringify(
  object: unknown,
  separator = "&",
  equals = "=",
  options: { encodeURIComponent?: (text: string) => string } = {},
): string {
  if (object === null || typeof object !== "object") return "";
  const encode = options.encodeURIComponent ?? querystring.escape;
  return Object.entries(object)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map(
        (each) => encode(name) + (equals || "=") + encode(primitive(each)),
      ),
    )
    .join(separator || "&");
}

/** What a query says. A name that comes twice gives a list; beyond `maxKeys` (1000) nothing is read. */
export function parse(
  text: unknown,
  separator = "&",
  equals = "=",
  options: { maxKeys?: number; decodeURIComponent?: (text: string) => string } = {},
): Query {
  const query: Query = Object.create(null);
  if (typeof text !== "string" || text === "") return query;
  const decode = (part: string) => {
    const spaced = part.replaceAll("+", "%20");
    try {
      return (options.decodeURIComponent ?? querystring.unescape)(spaced);
    } catch {
      return unescapeText(spaced);
    }
  };
  const limit = options.maxKeys ?? 1000;
  const parts = text.split(separator || "&").filter((part) => part !== "");
  for (const part of limit > 0 ? parts.slice(0, limit) : parts) {
    const at = part.indexOf(equals || "=");
    const name = decode(at < 0 ? part : part.slice(0, at));
    const value = at < 0 ? "" : decode(part.slice(at + (equals || "=").length));
    const known = query[name];
    if (known === undefined) query[name] = value;
    else if (Array.isArray(known)) known.push(value);
    else query[name] = [known, value];
  }
  return query;
}

/** As `encodeURIComponent`. */
const escapeText = (text: unknown): string => encodeURIComponent(String(text));

/** As `decodeURIComponent`, but where that throws, what is malformed stays as it is. */
function unescapeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    const bytes: number[] = [];
    for (const [part, hex] of text.matchAll(/%([\da-f]{2})|./gis)) {
      bytes.push(hex === undefined ? part.charCodeAt(0) & 0xff : Number.parseInt(hex, 16));
    }
    return new TextDecoder().decode(new Uint8Array(bytes));
  }
}

function primitive(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  return typeof value === "bigint" || typeof value === "boolean" ? String(value) : "";
}

export { escapeText as escape, parse as decode, stringify as encode, unescapeText as unescape };

/** Programs replace `escape` and `unescape` on it. */
const querystring = {
  stringify,
  parse,
  encode: stringify,
  decode: parse,
  escape: escapeText,
  unescape: unescapeText,
};
export default querystring;
