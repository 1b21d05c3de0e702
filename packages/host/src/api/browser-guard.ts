import type { FastifyRequest } from "fastify";
import { AppError } from "../errors.ts";
import { bearerOf } from "./bearer.ts";

/** Names under which a browser on this machine, or through an SSH tunnel, reaches the page. */
const LOCAL = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Keeps the browser next door out. A page elsewhere can make a browser send requests here, under
 * its own name (DNS rebinding) or across origins (CSRF); so the `Host` must be a known name, and an
 * `Origin`, where there is one, the page's own. The port is not compared with the host's, because a
 * tunnel may have another.
 *
 * What brings an API token of its own is no browser that was made to: other pages cannot have it send
 * that header, and no cookie counts beside it. Only the `Host` must be known.
 */
export function createBrowserGuard(
  allowedHosts: readonly string[],
): (request: FastifyRequest) => Promise<void> {
  const names = new Set([...LOCAL, ...allowedHosts]);
  return async (request) => {
    const { host, origin } = request.headers;
    const url = host === undefined ? null : URL.parse(`http://${host}`);
    if (!url || !names.has(url.hostname)) {
      const text = `This host does not answer to the name "${host ?? ""}". Open it as 127.0.0.1, or add the name to allowedHosts.`;
      throw new AppError("ORIGIN_REFUSED", text);
    }
    if (bearerOf(request) !== undefined) return;
    if (origin !== undefined && URL.parse(origin)?.host !== host) {
      throw new AppError("ORIGIN_REFUSED", `Requests from ${origin} are not accepted here.`);
    }
    // Absent where the client is no browser. Another port of this machine is another site, too.
    const { "sec-fetch-site": site = "none", "sec-fetch-mode": mode } = request.headers;
    if (site !== "none" && site !== "same-origin" && mode !== "navigate") {
      throw new AppError("ORIGIN_REFUSED", "Requests from other sites are not accepted here.");
    }
  };
}
