import type { Link } from "@rookery/link-media";

/** What says who shared it, and not what. */
const TRACKING = /^(?:utm_\w+|si|feature|pp|igsh|fbclid|gclid|ref|ref_src|s|t)$/;

/** Reads links to the chosen sites: to themselves, and to names below them. */
export function createLinkReader(sites: readonly string[]): (address: URL) => Link | undefined {
  const isChosen = (host: string) => sites.some((site) => host === site || host.endsWith(`.${site}`));
  return (address) => {
    const { hostname, port, username, password, pathname } = address;
    if (!isChosen(hostname) || port !== "" || username !== "" || password !== "" || pathname === "/")
      return undefined;
    const clean = new URL(address);
    clean.protocol = "https:";
    clean.hash = "";
    for (const name of [...clean.searchParams.keys()])
      if (TRACKING.test(name)) clean.searchParams.delete(name);
    return { url: clean.href, id: clean.href };
  };
}
