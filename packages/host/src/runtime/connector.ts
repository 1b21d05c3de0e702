import { readFileSync } from "node:fs";
import type { LookupFunction, Socket } from "node:net";
import { rootCertificates } from "node:tls";
import { buildConnector, Client } from "undici";
import { AppError } from "../errors.ts";

const CONNECT_DEADLINE_MS = 10_000;

export interface TlsOptions {
  timeout: number;
  ca?: string[];
}

/** @param caFile further certificate authorities to trust, as PEM */
export function tlsOptions(caFile: string | undefined): TlsOptions {
  const ca = caFile === undefined ? {} : { ca: [...rootCertificates, readFileSync(caFile, "utf8")] };
  return { timeout: CONNECT_DEADLINE_MS, ...ca };
}

/** Opens the connection for a WebSocket: to the target itself, or through a proxy's tunnel. */
export type OpenConnection = (target: URL) => Promise<Socket>;

/** @param lookup asked for the target's name where there is no proxy */
export function createConnector(
  proxy: string | undefined,
  tls: TlsOptions,
  lookup: LookupFunction,
): OpenConnection {
  const connector = buildConnector({ ...tls, ...(proxy === undefined ? { lookup } : {}), allowH2: false });

  return async (target) => {
    const protocol = target.protocol === "wss:" ? "https:" : "http:";
    const port = target.port || (protocol === "https:" ? "443" : "80");
    const tunnel =
      proxy === undefined ? undefined : await openTunnel(proxy, tls, `${target.hostname}:${port}`);
    if (tunnel && protocol === "http:") return tunnel;
    const { hostname } = target;
    return await new Promise((resolve, reject) => {
      connector({ hostname, protocol, port, ...(tunnel ? { httpSocket: tunnel } : {}) }, (error, socket) => {
        if (error === null) resolve(socket);
        else reject(error);
      });
    });
  };
}

async function openTunnel(proxy: string, tls: TlsOptions, path: string): Promise<Socket> {
  const { origin, username, password } = new URL(proxy);
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  const client = new Client(origin, { connect: tls });
  try {
    const { socket, statusCode } = await client.connect({
      path,
      headers: username === "" ? {} : { "proxy-authorization": `Basic ${login.toString("base64")}` },
      signal: AbortSignal.timeout(CONNECT_DEADLINE_MS),
    });
    if (statusCode === 200) return socket as Socket;
    socket.on("error", () => undefined).destroy();
    throw new AppError("NETWORK_FAILED", `The proxy refused a connection to ${path} (HTTP ${statusCode}).`);
  } finally {
    // The tunnel is no longer the client's.
    await client.destroy();
  }
}
