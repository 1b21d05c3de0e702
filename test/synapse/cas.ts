import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A stand-in for a CAS server, as far as Synapse asks one: https://apereo.github.io/cas/ (protocol 3.0). */
export interface Cas extends AsyncDisposable {
  url: string;
}

/** Logs everybody in as this user, without asking; a ticket is good for one look, of the service for which it was made. */
export async function startCas(user: string): Promise<Cas> {
  const tickets = new Map<string, string>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://cas");
    const service = searchParams.get("service") ?? "";
    if (pathname === "/login") {
      const ticket = `ST-${randomUUID()}`;
      tickets.set(ticket, service);
      const back = new URL(service);
      back.searchParams.set("ticket", ticket);
      response.writeHead(302, { location: back.href }).end();
    } else if (pathname === "/p3/proxyValidate") {
      const ticket = searchParams.get("ticket") ?? "";
      const isGood = tickets.get(ticket) === service;
      tickets.delete(ticket);
      const said = isGood
        ? `<cas:authenticationSuccess><cas:user>${user}</cas:user></cas:authenticationSuccess>`
        : `<cas:authenticationFailure code="INVALID_TICKET">It is not known.</cas:authenticationFailure>`;
      response.setHeader("content-type", "application/xml");
      response.end(
        `<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">${said}</cas:serviceResponse>`,
      );
    } else response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      // Synapse keeps its connections.
      server.closeAllConnections();
      await closed;
    },
  };
}
