import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Agent, get } from "node:https";
import type { Instagram } from "./instagram.ts";

/** Asks the stand-in's CDN for a file, as a client behind its proxy does. The body is still to be read. */
export async function openFile(instagram: Instagram, url: string): Promise<IncomingMessage> {
  const proxyEnv = { https_proxy: instagram.proxyUrl };
  const agent = new Agent({ proxyEnv, ca: readFileSync(instagram.caFile) });
  const [response] = (await once(get(url, { agent }), "response")) as [IncomingMessage];
  return response;
}
