import { AppError } from "../errors.ts";

export type Headers = Record<string, string> | [string, string][];

/** Those that say how a connection is used or where it leads: the host's to write, as a browser's are its own. */
const OF_THE_CONNECTION =
  /^(connection|content-length|expect|host|http2-settings|keep-alive|te|trailer|transfer-encoding|upgrade|via|proxy-.*|sec-websocket-.*)$/;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const MAX_SIZE = 64 * 1024;

/**
 * The headers of a plugin's request, without those that are the connection's own (`Host`,
 * `Content-Length`, `Connection`, …).
 *
 * @throws AppError `BAD_REQUEST` for what no header can be, such as one with a line break, and for more than 64 KiB
 */
export function requestHeaders(given: Headers): [string, string][] {
  const pairs = Array.isArray(given) ? given : Object.entries(given);
  let size = 0;
  for (const [name, value] of pairs) {
    if (!NAME.test(name) || !VALUE.test(value)) {
      throw new AppError("BAD_REQUEST", `The header ${JSON.stringify(name.slice(0, 100))} cannot be sent.`);
    }
    size += name.length + value.length;
  }
  if (size > MAX_SIZE) throw new AppError("BAD_REQUEST", `The headers are larger than ${MAX_SIZE} bytes.`);
  return pairs.filter(([name]) => !OF_THE_CONNECTION.test(name.toLowerCase()));
}
