import { AppError } from "../errors.ts";
import { isGrantedHost } from "./granted-hosts.ts";

const SCHEMES = {
  http: { protocols: ["http:", "https:"], what: "an http(s) address" },
  ws: { protocols: ["ws:", "wss:"], what: "a ws(s) address" },
};

/**
 * Parses and checks an address before anything is sent. Parsing brings all ways to write a host
 * (`0x7f.1`, `2130706433`, capitals, Unicode) to one, which a grant must name.
 *
 * @throws AppError `PERMISSION_DENIED`
 */
export function checkTarget(text: string, granted: readonly string[], scheme: keyof typeof SCHEMES): URL {
  const { protocols, what } = SCHEMES[scheme];
  const url = URL.parse(text);
  if (!url || !protocols.includes(url.protocol)) {
    throw new AppError("PERMISSION_DENIED", `"${text.slice(0, 200)}" is not ${what}.`);
  }
  if (!isGrantedHost(url, granted)) {
    const text = `The plugin may not reach ${url.host} over ${url.protocol.slice(0, -1)}. Its permission "network" was granted for: ${granted.join(", ") || "nothing"}.`;
    throw new AppError("PERMISSION_DENIED", text);
  }
  if (url.username !== "" || url.password !== "") {
    const text = `The address of ${url.host} has a user name or password in it; send them in a header.`;
    throw new AppError("PERMISSION_DENIED", text);
  }
  url.hash = "";
  // An address that is granted as such, say 192.168.1.5, is meant: only names go through the look-up.
  return url;
}
