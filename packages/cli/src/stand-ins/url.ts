import legacy from "url/";

type NodeUrl = typeof import("node:url");

export const { URL, URLSearchParams } = globalThis;
export const { parse, resolve, resolveObject, Url } = legacy as NodeUrl & {
  resolveObject: unknown;
  Url: unknown;
};

/** The text of an address, in either form. */
export const format = ((url: URL | string, options: import("node:url").URLFormatOptions = {}): string => {
  if (!(url instanceof URL)) return legacy.format(url);
  const shown = new URL(url);
  if (options.auth === false) shown.username = shown.password = "";
  if (options.fragment === false) shown.hash = "";
  if (options.search === false) shown.search = "";
  return shown.href;
}) as NodeUrl["format"];

/** A host name as it travels, or "" where it is none. */
export const domainToASCII = (domain: string): string => URL.parse(`ws://${domain}`)?.hostname ?? "";

/** The path of a `file:` address, as on Unix. */
export function fileURLToPath(address: string | URL): string {
  const url = new URL(address);
  if (url.protocol !== "file:") throw coded("ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
  if (url.hostname !== "") throw coded("ERR_INVALID_FILE_URL_HOST", "A file URL must have no host");
  if (/%2f/i.test(url.pathname)) {
    throw coded("ERR_INVALID_FILE_URL_PATH", "File URL path must not include encoded / characters");
  }
  return decodeURIComponent(url.pathname);
}

/** The `file:` address of a path, as on Unix. */
export function pathToFileURL(path: string): URL {
  const absolute = path.startsWith("/") ? path : `/${path}`;
  const escaped = absolute.replace(/[%\\\n\r\t?#]/g, (character) => encodeURIComponent(character));
  return new URL(`file://${escaped}`);
}

/** What `http.request` takes for an address. */
export function urlToHttpOptions(url: URL): Record<string, unknown> {
  const { protocol, hostname, hash, search, pathname, href, port, username, password } = url;
  const host = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  const auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    ...{ __proto__: null, protocol, hostname: host, hash, search, pathname, path: pathname + search, href },
    ...(port === "" ? {} : { port: Number(port) }),
    ...(username || password ? { auth } : {}),
  };
}

function coded(code: string, message: string): TypeError {
  return Object.assign(new TypeError(message), { code });
}

export default {
  ...{ URL, URLSearchParams, Url, parse, format, resolve, resolveObject },
  ...{ domainToASCII, fileURLToPath, pathToFileURL, urlToHttpOptions },
};
