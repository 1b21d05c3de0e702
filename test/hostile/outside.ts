import { randomBytes, randomInt } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { makePng, pictureNamed, withScans } from "../../packages/host/src/testing/pictures.ts";

/** What lies around a host for hostile plugins to take, and what shows whether they did. */
export interface Outside {
  /** A text that no plugin may get to know; each place of the machine has its own. */
  treasure(place: string): string;
  /** The places whose treasures are in the text. */
  treasuresIn(text: string): string[];
  secretFile: string;
  /** In the command line of all programs that do not end by themselves. */
  programMark: string;
  /** Programs write down here how they were called, one line a call. */
  programCalls: string;
  /** Where nothing may be written. */
  folder: string;
  written(): Promise<string[]>;
  vaultPort: number;
  /** What was asked of the vault so far. */
  vaultRequests: string[];
  sitePort: number;
  /** What was asked of the site, headers included. */
  siteRequests: { method: string; url: string; headers: NodeJS.Dict<string | string[]>; body: string }[];
  close(): Promise<void>;
}

export async function makeOutside(root: string): Promise<Outside> {
  const treasures = new Map<string, string>();
  const treasure = (place: string) => {
    const found = treasures.get(place) ?? `treasure-${randomBytes(12).toString("hex")}`;
    treasures.set(place, found);
    return found;
  };
  const folder = join(root, "nothing-comes-here");
  await mkdir(folder);
  const secretFile = join(root, "secret.txt");
  await writeFile(secretFile, treasure("the file"));

  const vaultRequests: string[] = [];
  const vault = await listen((request, response) => {
    vaultRequests.push(`${request.method} ${request.headers.host}${request.url}`);
    response.end(treasure("the vault"));
  });
  const siteRequests: Outside["siteRequests"] = [];
  const site = await listen((request, response) => {
    const { method = "", url = "", headers } = request;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      siteRequests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    });
    answerAsSite(url, portOf(vault), response);
  });

  return {
    treasure,
    treasuresIn: (text) =>
      [...treasures].filter(([, secret]) => text.includes(secret)).map(([place]) => place),
    secretFile,
    folder,
    programMark: String(randomInt(100_000_000, 999_999_999)),
    programCalls: join(root, "calls.txt"),
    written: () => readdir(folder),
    vaultPort: portOf(vault),
    vaultRequests,
    sitePort: portOf(site),
    siteRequests,
    async close() {
      for (const server of [vault, site]) server.closeAllConnections();
      await Promise.all([vault, site].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** What `!fetch` of the site gives: redirects to the vault in many forms, and answers without end. */
function answerAsSite(url: string, vaultPort: number, response: Parameters<RequestListener>[1]): void {
  const path = new URL(url, "http://site").pathname;
  const to = /^\/redirect\/(.+)$/.exec(path)?.[1];
  if (to !== undefined) {
    const location = decodeURIComponent(to).replace("PORT", String(vaultPort));
    response.writeHead(302, { location }).end();
  } else if (path === "/around") {
    response.writeHead(302, { location: "/around" }).end();
  } else if (path === "/endless") {
    const timer = setInterval(() => response.write("x".repeat(1024 * 1024)), 1);
    response.on("close", () => clearInterval(timer));
  } else if (path === "/bomb.png") {
    response.end(makePng({ width: 50_000, height: 50_000 }));
  } else if (path === "/minutes.jpg") {
    response.end(withScans(pictureNamed("progressive.jpg"), 50_000));
  } else if (path === "/slow") {
    response.writeHead(200);
    response.write("x");
  } else {
    response.end("a site");
  }
}

async function listen(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;
