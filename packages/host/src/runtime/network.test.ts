import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { startDnsServer } from "../testing/dns-server.ts";
import { startHttpServer } from "../testing/http-server.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createNetwork, type NetworkOptions, type NetworkRequest } from "./network.ts";
import { createNameResolver } from "./resolve-name.ts";

const never = new AbortController().signal;

function open(options: NetworkOptions = {}) {
  const network = createNetwork(options);
  onTestFinished(() => network.close());
  const get = (url: string, granted: string[], more: Partial<NetworkRequest> = {}) =>
    network.request({ url, method: "GET", signal: never, ...more }, granted);
  return { network, get };
}

/** A server that redirects `/from` to what it is told, and says what else it was asked. */
async function startEcho(location: () => string, status = 302) {
  const asked: { method: string; path: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  const server = await startHttpServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    asked.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers, body });
    if (request.url === "/from") response.writeHead(status, { location: location() }).end("moved");
    else response.end(`this is ${request.url}`);
  });
  return { ...server, asked };
}

const denied = (message: string) => ({
  code: "PERMISSION_DENIED",
  message: expect.stringContaining(message),
});

test("a granted host is reached, its answer told with status and headers", async () => {
  const server = await startHttpServer((_request, response) =>
    response.writeHead(418, { "x-kind": "teapot" }).end("short and stout"),
  );
  const answer = await open().get(`${server.url}/pot`, [server.host]);
  expect(answer).toMatchObject({ url: `${server.url}/pot`, status: 418, headers: { "x-kind": "teapot" } });
  expect(await answer.body.text()).toBe("short and stout");
});

test("a host that was not granted is refused before anything is sent", async () => {
  const { asked, url } = await startEcho(() => "/");
  const { get } = open();
  await expect(get(url, ["example.org"])).rejects.toMatchObject(denied("was granted for: example.org"));
  await expect(get(url, [])).rejects.toMatchObject(denied("was granted for: nothing"));
  expect(asked).toEqual([]);
});

test.each([
  "file:///etc/passwd",
  "ftp://example.org/",
  "data:text/plain,hi",
  "//example.org",
  "nonsense",
  "",
])("%j is no address to fetch", async (url) => {
  await expect(open().get(url, ["example.org"])).rejects.toMatchObject(denied("is not an http(s) address"));
});

test("a name that resolves to this machine is refused, though it was granted", async () => {
  const { asked, host } = await startEcho(() => "/");
  const port = host.split(":")[1];
  await expect(open().get(`http://localhost:${port}/`, [`localhost:${port}`])).rejects.toMatchObject(
    denied("localhost resolves to"),
  );
  expect(asked).toEqual([]);
});

test("a redirect is followed to a granted host, wherever it is relative to", async () => {
  const target = await startEcho(() => "");
  const { url, host } = await startEcho(() => `${target.url}/to`);
  const answer = await open().get(`${url}/from`, [host, target.host]);
  expect(answer.url).toBe(`${target.url}/to`);
  expect(await answer.body.text()).toBe("this is /to");
  const relative = await startEcho(() => "to?a=1");
  expect((await open().get(`${relative.url}/from`, [relative.host])).url).toBe(`${relative.url}/to?a=1`);
});

test("a redirect to a host that was not granted is refused, and that host is not asked", async () => {
  const target = await startEcho(() => "");
  const { url, host } = await startEcho(() => `${target.url}/to`);
  await expect(open().get(`${url}/from`, [host])).rejects.toMatchObject(denied(target.host));
  expect(target.asked).toEqual([]);
});

test("a redirect to a granted name of this machine is refused", async () => {
  const { url, host, asked } = await startEcho(() => `http://localhost:${host.split(":")[1]}/to`);
  const both = [host, `localhost:${host.split(":")[1]}`];
  await expect(open().get(`${url}/from`, both)).rejects.toMatchObject(denied("localhost resolves to"));
  expect(asked).toHaveLength(1);
});

test.each(["http://[", "file:///etc/passwd"])("a redirect to %s is refused", async (location) => {
  const { url, host } = await startEcho(() => location);
  await expect(open().get(`${url}/from`, [host])).rejects.toMatchObject(denied("is not an http(s) address"));
});

test("redirects without end come to one", async () => {
  const { url, host, asked } = await startEcho(() => "/from");
  await expect(open().get(`${url}/from`, [host])).rejects.toMatchObject({
    ...{ code: "NETWORK_FAILED", message: expect.stringContaining("redirects without end") },
  });
  expect(asked).toHaveLength(6);
});

test("what authorises at one host does not travel to the next", async () => {
  const target = await startEcho(() => "");
  const { url, host, asked } = await startEcho(() => `${target.url}/to`);
  const headers = { Authorization: "Bearer secret", cookie: "a=b", accept: "text/plain" };
  await open().get(`${url}/from`, [host, target.host], { headers });
  expect(asked[0]?.headers).toMatchObject({ authorization: "Bearer secret", cookie: "a=b" });
  expect(target.asked[0]?.headers).toMatchObject({ accept: "text/plain" });
  expect(target.asked[0]?.headers).not.toHaveProperty("authorization");
  expect(target.asked[0]?.headers).not.toHaveProperty("cookie");
});

test.each([
  [302, "GET", ""],
  [303, "GET", ""],
  [307, "POST", "name=ada"],
  [308, "POST", "name=ada"],
])("a POST that is answered with %i goes on as %s", async (status, method, body) => {
  const { url, host, asked } = await startEcho(() => "/to", status);
  const headers: [string, string][] = [["content-type", "text/plain"]];
  await open().get(`${url}/from`, [host], { method: "POST", headers, body: "name=ada" });
  expect(asked[1]).toMatchObject({ method, body, path: "/to" });
  expect(asked[1]?.headers["content-type"]).toBe(body === "" ? undefined : "text/plain");
});

test("who is not there, and who does not answer in time, are told apart", async () => {
  const silent = await startHttpServer(() => undefined);
  const { get } = open();
  await expect(get("http://127.0.0.1:1/", ["127.0.0.1:1"])).rejects.toMatchObject({ code: "NETWORK_FAILED" });
  const signal = AbortSignal.timeout(100);
  await expect(get(silent.url, [silent.host], { signal })).rejects.toMatchObject({ code: "DEADLINE" });
});

test("with a proxy, requests go through it, names and all, and the grants hold as before", async () => {
  const seen: string[] = [];
  const proxy = await startHttpServer((request, response) => {
    seen.push(request.url ?? "");
    response.end("by proxy");
  });
  proxy.server.on("connect", (request, socket) => {
    seen.push(request.url ?? "");
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  const { get } = open({ proxy: proxy.url });
  const granted = ["somewhere.example:80", "somewhere.example"];
  const answer = await get("http://somewhere.example/a", granted);
  expect(await answer.body.text()).toBe("by proxy");
  await expect(get("https://somewhere.example/a", granted)).rejects.toMatchObject({ code: "NETWORK_FAILED" });
  await expect(get("http://elsewhere.example/a", granted)).rejects.toMatchObject(denied("elsewhere"));
  expect(seen).toEqual(["http://somewhere.example/a", "somewhere.example:443"]);
});

/** A server on all addresses of the loopback, that writes down at which of them it was asked. */
async function startEverywhere() {
  const at: string[] = [];
  const server = createServer((request, response) => {
    at.push(request.socket.localAddress ?? "");
    response.setHeader("connection", request.url === "/last" ? "close" : "keep-alive");
    response.end("hello");
  });
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { at, port: (server.address() as AddressInfo).port };
}

test("a name whose answer changes is connected to where it was checked, and asked of anew for a new connection", async () => {
  const { at, port } = await startEverywhere();
  // 127.0.0.2 stands for a public address.
  const answers = [["127.0.0.2"], ["127.0.0.1"], ["127.0.0.2", "127.0.0.1"], ["127.0.0.2"]];
  let turn = 0;
  const dns = await startDnsServer((name) => (name === "rebind.test" ? (answers[turn] ?? null) : null));
  const resolve = createNameResolver({ servers: [dns.server], hostsFile: "/dev/null" });
  const { get } = open({ resolve, privateHosts: { "rebind.test": ["127.0.0.2"] } });
  const ask = async (path: string) =>
    (await get(`http://rebind.test:${port}${path}`, [`rebind.test:${port}`])).body.text();

  expect(await ask("/first")).toBe("hello");
  // Asked once: there is no second look-up between the check and the connection.
  expect(dns.asked).toEqual(["rebind.test"]);
  turn = 1;
  // The connection is free again a moment after its answer was read.
  await setImmediate();
  // Over the connection that is open: no question, and where it was checked.
  expect(await ask("/last")).toBe("hello");
  expect(dns.asked).toHaveLength(1);
  await expect(ask("/")).rejects.toMatchObject(denied("rebind.test resolves to 127.0.0.1"));
  turn = 2;
  await expect(ask("/")).rejects.toMatchObject(denied("rebind.test resolves to 127.0.0.1"));
  turn = 3;
  expect(await ask("/")).toBe("hello");
  expect(dns.asked).toHaveLength(4);
  expect(at).toEqual(["127.0.0.2", "127.0.0.2", "127.0.0.2"]);
});

test("the address of this machine's own interface is refused, though it is public", async () => {
  const { at, port } = await startEverywhere();
  const { get } = open({
    resolve: async () => [{ address: "203.0.114.7", family: 4 }],
    ownAddresses: () => ["203.0.114.7"],
  });
  await expect(get(`http://own.test:${port}/`, [`own.test:${port}`])).rejects.toMatchObject(
    denied("this machine's own address"),
  );
  expect(at).toEqual([]);
});

test("a plugin's headers say nothing about the connection, nor where it leads", async () => {
  const { url, host, asked } = await startEcho(() => "/");
  const headers: [string, string][] = [
    ...["Host", "Connection", "Content-Length", "Transfer-Encoding", "Upgrade", "Keep-Alive", "TE"].map(
      (name): [string, string] => [name, name === "Content-Length" ? "1000" : "evil.example"],
    ),
    ...["Proxy-Authorization", "Proxy-Connection", "Expect", "Trailer", "Sec-WebSocket-Key", "Via"].map(
      (name): [string, string] => [name, "evil.example"],
    ),
    ["X-Mine", "kept"],
  ];
  const answer = await open().get(`${url}/to`, [host], { method: "POST", headers, body: "hi" });
  expect(await answer.body.text()).toBe("this is /to");
  expect(asked).toMatchObject([{ method: "POST", body: "hi" }]);
  expect(asked[0]?.headers).toEqual({
    host,
    connection: "keep-alive",
    "content-length": "2",
    "x-mine": "kept",
  });
});

test.each<[string, [string, string]]>([
  ["a line break in a value", ["x-a", "a\r\nHost: evil.example"]],
  ["a lone line feed", ["x-a", "a\nb"]],
  ["a line break in a name", ["x-a\r\nx-b", "c"]],
  ["a colon in a name", [":authority", "evil.example"]],
  ["a blank in a name", ["x a", "b"]],
  ["no name", ["", "b"]],
  ["a zero byte", ["x-a", "a\0b"]],
  ["what is no Latin-1", ["x-a", "\u010a"]],
  ["65 KiB", ["x-a", "a".repeat(65 * 1024)]],
])("a header with %s is refused, and nothing is sent", async (_what, header) => {
  const { url, host, asked } = await startEcho(() => "/");
  await expect(open().get(url, [host], { headers: [header] })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  expect(asked).toEqual([]);
});

test.each(["CONNECT", "TRACE", "TRACK"])("the method %s is refused", async (method) => {
  const { url, host, asked } = await startEcho(() => "/");
  await expect(open().get(url, [host], { method })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  expect(asked).toEqual([]);
});

test("a body comes as it was sent: nothing inflates a bomb", async () => {
  const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
  const server = await startHttpServer((request, response) => {
    expect(request.headers).not.toHaveProperty("accept-encoding");
    response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
  });
  const { body } = await open().get(server.url, [server.host]);
  expect(Buffer.from(await body.bytes()).equals(bomb)).toBe(true);
});

/** A server that speaks no HTTP but what it is told to. */
async function startRaw(talk: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).once("data", () => talk(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, url: `http://${host}` };
}

test("a flood of headers ends the request", async () => {
  const { url, host } = await startRaw((socket) => {
    socket.write("HTTP/1.1 200 OK\r\n");
    for (let n = 0; n < 10_000; n++) socket.write(`x-${n}: ${"a".repeat(100)}\r\n`);
  });
  await expect(open().get(url, [host])).rejects.toMatchObject({
    ...{ code: "NETWORK_FAILED", message: expect.stringContaining("Headers Overflow") },
  });
});

test.each([
  ["headers", "HTTP/1.1 200 OK\r\nx-a: "],
  ["a body", "HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 10000\r\n\r\n"],
  ["preliminary answers", "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 103 Early Hints\r\nx: "],
])("%s that trickle do not outlive the deadline", async (_what, start) => {
  const closed = Promise.withResolvers<void>();
  const { url, host } = await startRaw((socket) => {
    socket.write(start);
    const trickling = setInterval(() => socket.write("a"), 20);
    socket.once("close", () => {
      clearInterval(trickling);
      closed.resolve();
    });
  });
  const signal = AbortSignal.timeout(300);
  await expect(open().get(url, [host], { signal })).rejects.toMatchObject({ code: "DEADLINE" });
  await closed.promise;
});

/** An https server of `secure.test`, with the file of the authority to trust. */
async function startSecure(location: string) {
  const folder = temporaryDirectory();
  const file = (name: string) => join(folder, name);
  await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...["-subj", "/CN=secure.test", "-addext", "subjectAltName=DNS:secure.test"],
    ...["-keyout", file("key.pem"), "-out", file("cert.pem")],
  ]);
  const names: (string | false | undefined)[] = [];
  const pem = { key: readFileSync(file("key.pem")), cert: readFileSync(file("cert.pem")) };
  const server = createSecureServer(pem, (request, response) => {
    names.push((request.socket as { servername?: string }).servername, request.headers.host);
    response.writeHead(302, { location }).end();
  });
  server.listen(0, "127.0.0.2");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { names, caFile: file("cert.pem"), port: (server.address() as AddressInfo).port };
}

test("from encryption there is no way back by a redirect; and a Host header is no other TLS name", async () => {
  const target = await startEcho(() => "");
  const { names, caFile, port } = await startSecure(`${target.url}/to`);
  const { get } = open({
    caFile,
    resolve: async () => [{ address: "127.0.0.2", family: 4 }],
    privateHosts: { "secure.test": ["127.0.0.2"] },
  });
  const headers = { Host: "evil.example" };
  const granted = [`secure.test:${port}`, target.host];
  await expect(get(`https://secure.test:${port}/`, granted, { headers })).rejects.toMatchObject({
    ...{ code: "NETWORK_FAILED", message: expect.stringContaining("without encryption") },
  });
  expect(target.asked).toEqual([]);
  expect(names).toEqual(["secure.test", `secure.test:${port}`]);
});

test("with a proxy, what means the proxy's own machine is refused unless it is named", async () => {
  const seen: string[] = [];
  const proxy = await startHttpServer((request, response) => {
    seen.push(request.url ?? "");
    response.end("by proxy");
  });
  const granted = ["localhost:80", "a.localhost:80", "127.0.0.1:80", "named.localhost:80"];
  const { get } = open({ proxy: proxy.url, privateHosts: { "named.localhost": ["127.0.0.1"] } });
  for (const name of ["localhost", "a.localhost"]) {
    await expect(get(`http://${name}/`, granted)).rejects.toMatchObject(denied("the proxy's own machine"));
  }
  for (const address of ["127.0.0.2", "10.0.0.1", "[::1]", "[::ffff:7f00:1]", "0"]) {
    await expect(get(`http://${address}/`, granted)).rejects.toMatchObject(denied("may not reach"));
  }
  await (await get("http://named.localhost/", granted)).body.dump();
  await (await get("http://127.0.0.1/", granted)).body.dump();
  expect(seen).toEqual(["http://named.localhost/", "http://127.0.0.1/"]);
});
