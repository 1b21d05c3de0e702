import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { AppError } from "../errors.ts";
import type { Exchanged, MatrixHttp } from "./http.ts";

/** Where a homeserver answers, and which versions of the specification it speaks. */
export interface Found {
  homeserverUrl: string;
  versions: string[];
}

const WellKnown = Type.Object({ "m.homeserver": Type.Object({ base_url: Type.String() }) });
const Versions = Type.Object({ versions: Type.Array(Type.String(), { minItems: 1 }) });
const MAX_REDIRECTS = 3;

/**
 * Finds the homeserver that somebody means. A server name is looked up as clients do
 * (https://spec.matrix.org/latest/client-server-api/#well-known-uris); so is the host of a URL where no homeserver
 * answers at the URL itself, because people write down what they see in a browser.
 *
 * @param address `https://matrix.example.org`, `example.org` or `@bot:example.org`
 * @param siteOf the site of a name
 * @throws AppError `HOMESERVER_NOT_FOUND` that says what was looked at and what is wrong there
 * @throws AppError `HOMESERVER_UNREACHABLE` where a URL is given at which nobody answers, `BAD_REQUEST` for a URL
 *   that is none
 */
export async function findHomeserver(
  address: string,
  http: Pick<MatrixHttp, "exchange">,
  siteOf: (name: string) => string = (name) => `https://${name}`,
): Promise<Found> {
  if (/^https?:\/\//.test(address)) {
    const url = toBase(address);
    if (url === null) {
      const text = `"${address}" is not the address of a homeserver. Write it like https://matrix.example.org.`;
      throw new AppError("BAD_REQUEST", text);
    }
    const versions = await versionsAt(url, http);
    if (versions) return { homeserverUrl: url, versions };
    const named = await lookUp(new URL(url).origin, http);
    if (named !== null) return named;
    throw notFound(`No homeserver answers at ${url}, and there is no ${url}${WELL_KNOWN}. ${CHECK}`);
  }
  const serverName = address.startsWith("@") ? address.slice(address.indexOf(":") + 1) : address;
  const site = siteOf(serverName.replace(/:\d+$/, ""));
  const named = await reached(`${serverName} cannot be looked up`, () => lookUp(site, http));
  if (named) return named;
  // Without the file, the name is the homeserver's own.
  const own = siteOf(serverName);
  const versions = await reached(`There is no ${site}${WELL_KNOWN}, so ${own} was tried`, () =>
    versionsAt(own, http),
  );
  if (versions) return { homeserverUrl: own, versions };
  throw notFound(`There is no ${site}${WELL_KNOWN}, and no homeserver answers at ${own}. ${CHECK}`);
}

const WELL_KNOWN = "/.well-known/matrix/client";
const CHECK = "Check the name, or give the homeserver's own address, like https://matrix.example.org.";

/** What a site's file names; `null` where it has none. */
async function lookUp(site: string, http: Pick<MatrixHttp, "exchange">): Promise<Found | null> {
  const file = `${site}${WELL_KNOWN}`;
  const { statusCode, text } = await following(file, http);
  if (statusCode === 404) return null;
  if (statusCode !== 200) {
    throw notFound(
      `${file} answered with HTTP ${statusCode}, so it is not known where the homeserver is. ${CHECK}`,
    );
  }
  const content = parsed(WellKnown, text);
  const base = content && toBase(content["m.homeserver"].base_url);
  if (!base) {
    const text = `${file} does not name a homeserver: it should be JSON like {"m.homeserver": {"base_url": "https://matrix.example.org"}}.`;
    throw notFound(`${text} ${CHECK}`);
  }
  const versions = await reached(`${file} names ${base} as the homeserver`, () => versionsAt(base, http));
  if (versions) return { homeserverUrl: base, versions };
  throw notFound(`${file} names ${base} as the homeserver, and none answers there. ${CHECK}`);
}

/** A site may send to another, as example.org does to www.example.org; never from https to http. */
async function following(file: string, http: Pick<MatrixHttp, "exchange">): Promise<Exchanged> {
  let url = file;
  for (let redirects = 0; ; redirects++) {
    const answer = await http.exchange({ method: "GET", url });
    const { location } = answer.headers;
    if (answer.statusCode < 300 || answer.statusCode >= 400 || typeof location !== "string") return answer;
    const next = URL.parse(location, url);
    const isAsSafe = next && (next.protocol === "https:" || next.protocol === answer.url.protocol);
    if (!isAsSafe || !/^https?:$/.test(next.protocol) || redirects >= MAX_REDIRECTS) {
      throw notFound(`${file} leads nowhere: its redirect to ${location} was not followed. ${CHECK}`);
    }
    url = next.href;
  }
}

/** `null` where somebody answers who is no homeserver. */
async function versionsAt(url: string, http: Pick<MatrixHttp, "exchange">): Promise<string[] | null> {
  const { statusCode, text } = await http.exchange({ method: "GET", url: `${url}/_matrix/client/versions` });
  return statusCode === 200 ? (parsed(Versions, text)?.versions ?? null) : null;
}

async function reached<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof AppError && cause.code === "HOMESERVER_UNREACHABLE")) throw cause;
    throw notFound(`${what}: ${cause.message} ${CHECK}`, cause);
  }
}

function parsed<Schema extends typeof WellKnown | typeof Versions>(
  schema: Schema,
  text: string,
): Static<Schema> | null {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(schema, value) ? value : null;
  } catch {
    // No JSON is as good as the wrong JSON.
    return null;
  }
}

/** An address below which endpoints are: without a slash at its end, and nothing that hides in it. */
function toBase(address: string): string | null {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") return null;
  return (url.origin + url.pathname).replace(/\/+$/, "");
}

const notFound = (text: string, cause?: unknown) => new AppError("HOMESERVER_NOT_FOUND", text, { cause });
