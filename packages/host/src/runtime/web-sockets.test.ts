import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { WebSocketEvent } from "@rookery/plugin-sdk/protocol";
import { expect, onTestFinished, test } from "vitest";
import type { WebSocket } from "ws";
import { eventually } from "../testing/eventually.ts";
import { startHttpServer } from "../testing/http-server.ts";
import { startWebSocketServer } from "../testing/web-socket-server.ts";
import { createNetwork, MAX_MESSAGE, type NetworkOptions } from "./network.ts";
import { createWebSockets } from "./web-sockets.ts";

function open(options: NetworkOptions = {}, openDeadlineMs?: number) {
  const network = createNetwork(options);
  const sockets = createWebSockets(openDeadlineMs);
  onTestFinished(async () => {
    sockets.closeAll();
    await network.close();
  });
  return {
    sockets,
    connect: (url: string, granted: string[], protocols: string[] = []) =>
      sockets.open(() => network.connect(url, protocols, granted)),
  };
}

/** A server that opens no WebSocket properly, but says these bytes to who asks. */
async function startRawServer(onConnection: (socket: Socket) => void) {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => undefined);
    onConnection(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, url: `ws://${host}`, open };
}

const denied = (message: string) => ({
  ...{ code: "PERMISSION_DENIED", message: expect.stringContaining(message) },
});

test("texts and bytes go both ways, and that it was closed is the last that comes", async () => {
  const { host, url } = await startWebSocketServer((socket) => {
    socket.on("message", (data, isBinary) => {
      socket.send(data, { binary: isBinary });
      if (isBinary) socket.close(4001, "enough");
    });
  });
  const { sockets, connect } = open();
  const { socket } = await connect(`${url}/path?q`, [host]);
  await sockets.send(socket, { text: "hællo" });
  await sockets.send(socket, { base64: Buffer.from([0, 255]).toString("base64") });
  const events: WebSocketEvent[] = [];
  while (!events.some((event) => "closed" in event)) events.push(...(await sockets.receive(socket)));
  expect(events).toEqual([
    { text: "hællo" },
    { base64: "AP8=" },
    { closed: { code: 4001, reason: "enough", wasClean: true } },
  ]);
  await expect(sockets.receive(socket)).rejects.toMatchObject({ code: "NO_SUCH_SOCKET" });
});

test("the protocol that the server chose is told, and what is no protocol is refused", async () => {
  const { host, url } = await startWebSocketServer(() => undefined, { handleProtocols: () => "b" });
  const { connect } = open();
  expect(await connect(url, [host], ["a", "b"])).toMatchObject({ protocol: "b" });
  await expect(connect(url, [host], ["a\r\nx: y"])).rejects.toMatchObject({ code: "BAD_REQUEST" });
});

test("a host that was not granted, and a name of this machine, are not contacted", async () => {
  const { host, url, asked } = await startWebSocketServer(() => undefined);
  const { connect } = open();
  const local = `localhost:${host.split(":")[1]}`;
  await expect(connect(url, ["example.org"])).rejects.toMatchObject(denied("may not reach"));
  await expect(connect(url.replace("ws:", "http:"), [host])).rejects.toMatchObject(denied("ws(s) address"));
  await expect(connect(url.replace("//", "//a:b@"), [host])).rejects.toMatchObject(denied("user name"));
  await expect(connect(`ws://${local}`, [local])).rejects.toMatchObject(denied("localhost resolves to"));
  expect(asked).toEqual([]);
});

test("a redirect is not followed", async () => {
  const target = await startWebSocketServer(() => undefined);
  const { host, server } = await startHttpServer(() => undefined);
  server.on("upgrade", (_request, socket) =>
    socket.end(`HTTP/1.1 302 Found\r\nlocation: ${target.url}\r\n\r\n`),
  );
  const { connect } = open();
  await expect(connect(`ws://${host}`, [host, target.host])).rejects.toMatchObject({
    ...{ code: "NETWORK_FAILED", message: expect.stringContaining("302") },
  });
  expect(target.asked).toEqual([]);
});

test.each([
  ["is not there", "ws://127.0.0.1:1", "127.0.0.1:1"],
  ["speaks no WebSocket", "", ""],
])("a server that %s is told apart from one that is refused", async (_what, url, host) => {
  const plain = await startHttpServer((_request, response) => response.end("hi"));
  const { connect } = open();
  await expect(connect(url || plain.url.replace("http", "ws"), [host || plain.host])).rejects.toMatchObject({
    code: "NETWORK_FAILED",
  });
});

test("a handshake that trickles ends at its deadline, and the connection with it", async () => {
  const closed = Promise.withResolvers<void>();
  const raw = await startRawServer((socket) => {
    const trickling = setInterval(() => socket.write("x"), 20);
    socket.write("HTTP/1.1 101 Switching Protocols\r\nx-long: ");
    socket.resume().once("close", () => {
      clearInterval(trickling);
      closed.resolve();
    });
  });
  const { connect } = open({}, 200);
  await expect(connect(raw.url, [raw.host])).rejects.toMatchObject({ code: "DEADLINE" });
  await closed.promise;
});

test("a message that is too large is not received, nor compressed ones asked for", async () => {
  const { host, url, asked } = await startWebSocketServer(
    (socket) => socket.send(Buffer.alloc(MAX_MESSAGE + 1)),
    { perMessageDeflate: true },
  );
  const { sockets, connect } = open();
  const { socket } = await connect(url, [host]);
  expect(await sockets.receive(socket)).toEqual([
    { closed: { code: 1006, reason: "Max payload size exceeded", wasClean: false } },
  ]);
  expect(asked[0]?.headers).not.toHaveProperty("sec-websocket-extensions");
  const again = await connect(url, [host]);
  await expect(sockets.send(again.socket, { text: "x".repeat(MAX_MESSAGE + 1) })).rejects.toMatchObject({
    code: "TOO_LARGE",
  });
});

test("a message of the largest size goes both ways", async () => {
  const { host, url } = await startWebSocketServer((socket) =>
    socket.on("message", (data) => socket.send(data)),
  );
  const { sockets, connect } = open();
  const { socket } = await connect(url, [host]);
  const base64 = Buffer.alloc(MAX_MESSAGE, 7).toString("base64");
  await sockets.send(socket, { base64 });
  expect(await sockets.receive(socket)).toEqual([{ base64 }]);
});

test("a server that says more than is received is held up, and nothing is lost", async () => {
  const count = 1_200;
  const size = 16 * 1024;
  let sender: WebSocket | undefined;
  const { host, url } = await startWebSocketServer((socket) => {
    sender = socket;
    for (let n = 0; n < count; n++) socket.send(String(n).padEnd(size));
  });
  const { sockets, connect } = open();
  const { socket } = await connect(url, [host]);
  // Once the kernel's buffers are full, the server can send no more.
  let before = -1;
  let still = 0;
  await eventually("the server to be held up", () => {
    const now = sender?.bufferedAmount ?? 0;
    still = now === before ? still + 1 : 0;
    before = now;
    return still === 20;
  });
  expect(before).toBeGreaterThan(MAX_MESSAGE);
  const first = await sockets.receive(socket);
  expect(first.length * size).toBeLessThan(1024 * 1024);
  const seen = [...first];
  while (seen.length < count) seen.push(...(await sockets.receive(socket)));
  expect(seen.map((event) => Number((event as { text: string }).text))).toEqual([...Array(count).keys()]);
}, 20_000);

test("a server that does not read is sent no more than some megabytes", async () => {
  const { host, url } = await startWebSocketServer((socket) => socket.pause());
  const { sockets, connect } = open();
  const { socket } = await connect(url, [host]);
  const text = "x".repeat(MAX_MESSAGE);
  const sends = Array.from({ length: 20 }, () => sockets.send(socket, { text }));
  await expect(Promise.all(sends)).rejects.toMatchObject({ code: "LIMIT" });
  sockets.closeAll();
  await Promise.allSettled(sends);
});

test("an instance has at most eight, those that it has not yet seen closed among them", async () => {
  const { host, url } = await startWebSocketServer((socket) => socket.on("message", () => socket.close()));
  const { sockets, connect } = open();
  const opened = await Promise.all(Array.from({ length: 8 }, () => connect(url, [host])));
  await expect(connect(url, [host])).rejects.toMatchObject({ code: "LIMIT" });
  const [first] = opened;
  if (!first) throw new Error("Nothing was opened.");
  sockets.close(first.socket, 1000, "");
  expect(await sockets.receive(first.socket)).toMatchObject([{ closed: { code: 1000, wasClean: true } }]);
  await connect(url, [host]);
});

test("they end with their instance, also towards a server that does not answer the close", async () => {
  const raw = await startWebSocketServer((socket) => socket.pause());
  const { sockets, connect } = open();
  const { socket } = await connect(raw.url, [raw.host]);
  const [peer] = raw.sockets.clients;
  const gone = new Promise((resolve) => peer?.once("close", resolve));
  const receiving = sockets.receive(socket);
  sockets.closeAll();
  expect(await receiving).toMatchObject([{ closed: { code: 1006, wasClean: false } }]);
  peer?.resume();
  await gone;
});

test("two cannot receive from one", async () => {
  const { host, url } = await startWebSocketServer(() => undefined);
  const { sockets, connect } = open();
  const { socket } = await connect(url, [host]);
  const receiving = sockets.receive(socket);
  await expect(sockets.receive(socket)).rejects.toMatchObject({ code: "CONFLICT" });
  sockets.closeAll();
  await receiving;
});

test("with a proxy, they go through a tunnel, which it may refuse", async () => {
  const target = await startWebSocketServer((socket) => socket.send("hi"));
  const seen: (string | undefined)[] = [];
  const proxy = await startHttpServer(() => undefined);
  proxy.server.on("connect", async (request, socket) => {
    seen.push(request.url, request.headers["proxy-authorization"]);
    if (request.url?.startsWith("closed")) return socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    const { connect } = await import("node:net");
    const onward = connect(Number(target.host.split(":")[1]), "127.0.0.1");
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    socket.pipe(onward).pipe(socket);
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  const { sockets, connect } = open({ proxy: proxy.url.replace("//", "//user:word@") });
  const granted = ["open.example:80", "closed.example:80", "localhost:80"];
  const { socket } = await connect("ws://open.example/", granted);
  expect(await sockets.receive(socket)).toEqual([{ text: "hi" }]);
  await expect(connect("ws://closed.example/", granted)).rejects.toMatchObject({ code: "NETWORK_FAILED" });
  await expect(connect("ws://localhost/", granted)).rejects.toMatchObject(denied("the proxy's own machine"));
  const login = `Basic ${btoa("user:word")}`;
  expect(seen).toEqual(["open.example:80", login, "closed.example:80", login]);
});
