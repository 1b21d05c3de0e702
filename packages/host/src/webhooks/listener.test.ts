import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { request } from "undici";
import { expect, onTestFinished, test } from "vitest";
import type { WebhookReply } from "../runtime/webhook-reply.ts";
import type { WebhookRequest } from "../runtime/webhook-request.ts";
import { createWebhookListener, type WebhookListenerOptions } from "./listener.ts";

/** A listener before two instances, with a stand-in for what is behind them. */
async function setUp(
  more: Partial<WebhookListenerOptions> & {
    receive?: (instanceId: string, request: WebhookRequest) => Promise<WebhookReply>;
    closed?: string;
  } = {},
) {
  const { receive = async () => ({ status: 202, headers: {}, body: "" }), closed, ...options } = more;
  const seen: (WebhookRequest & { instanceId: string })[] = [];
  const answers: [string, string, string, number][] = [];
  const errors: string[] = [];
  const listener = createWebhookListener({
    ...{ port: 0, host: "127.0.0.1", maxBodyBytes: 1_024, perSecond: 1_000 },
    webhooks: {
      methods: (instanceId, path) =>
        ["a", "b"].includes(instanceId) && path === "/hook" ? ["GET", "HEAD", "POST"] : [],
      isOpen: (instanceId) => instanceId !== closed,
      async receive(instanceId, received) {
        seen.push({ ...received, instanceId });
        return await receive(instanceId, received);
      },
      answered: (...note) => void answers.push(note),
    },
    onError: (message) => void errors.push(message),
    ...options,
  });
  await listener.listen();
  onTestFinished(listener.close);
  const { port, host, origin } = new URL(listener.url("a", "/hook"));

  async function call(path: string, init: Parameters<typeof request>[1] = {}) {
    const { statusCode, headers, body } = await request(origin + path, { method: "POST", ...init });
    return { status: statusCode, headers, text: await body.text() };
  }
  /** What comes back for these bytes until the connection is closed. */
  async function raw(...parts: (string | Buffer)[]): Promise<string> {
    const socket = open();
    let text = "";
    socket.on("data", (chunk) => (text += chunk));
    const closing = end(socket);
    for (const part of parts) socket.write(part);
    await closing;
    return text;
  }
  function open(): Socket {
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => undefined);
    onTestFinished(() => void socket.destroy());
    return socket;
  }
  return { listener, host, call, raw, open, seen, answers, errors };
}

/** However a connection ends. */
const end = (socket: Socket) =>
  new Promise<void>((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
const statuses = (text: string) =>
  [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
const post = (host: string, body: string, more = "") =>
  `POST /plugins/a/hook HTTP/1.1\r\nHost: ${host}\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;

test("a request comes through as it was sent, byte for byte", async () => {
  const { call, seen, host, answers } = await setUp();
  const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const headers = { "X-Hub-Signature-256": "sha256=00", authorization: "Bearer x", "content-type": "a/b" };

  const answer = await call("/plugins/b/hook?a=1&a=%20", { body, headers });

  expect(answer).toMatchObject({ status: 202, text: "" });
  expect(seen).toMatchObject([
    {
      ...{ instanceId: "b", method: "POST", path: "/hook", url: `http://${host}/plugins/b/hook?a=1&a=%20` },
      ...{ address: "127.0.0.1", body },
    },
  ]);
  expect(seen[0]?.headers).toMatchObject({
    ...{ "x-hub-signature-256": "sha256=00", authorization: "Bearer x", "content-type": "a/b" },
  });
  expect(answers).toEqual([["b", "POST", "/hook", 202]]);
});

test("a browser's cookies, the connection's headers and a proxy's stay with the host", async () => {
  const { raw, seen, host } = await setUp();
  const more = [
    ...["Cookie: session=secret", "Connection: close", "Keep-Alive: 1", "TE: trailers"],
    ...["X-Forwarded-For: 192.0.2.66, 198.51.100.7", "X-Forwarded-Host: internal", "Forwarded: for=1"],
    ...["X-Real-IP: 1", "Proxy-Authorization: Basic x", "X-Own: mine", "__proto__: x"],
  ];

  await raw(post(host, "", `${more.join("\r\n")}\r\n`));

  expect(seen[0]?.headers).toEqual({ host, "x-own": "mine", "content-length": "0" });
  expect(seen[0]?.address).toBe("198.51.100.7");
});

test("the public address is what a request was sent to, where there is one", async () => {
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port } = free.address() as AddressInfo;
  free.close();
  await once(free, "close");
  const publicUrl = "https://bots.example.org/rookery/";
  const { listener, seen } = await setUp({ port, publicUrl });

  await request(`http://127.0.0.1:${port}/plugins/a/hook?a=1`, { method: "POST" });

  expect(listener.url("a", "/hook")).toBe("https://bots.example.org/rookery/plugins/a/hook");
  expect(seen[0]?.url).toBe("https://bots.example.org/rookery/plugins/a/hook?a=1");
});

test("every answer is locked in, whatever its handler says of it", async () => {
  const headers = { "content-type": "text/html", "content-security-policy": "none" };
  const { call } = await setUp({ receive: async () => ({ status: 200, headers, body: "<script>" }) });
  for (const path of ["/plugins/a/hook", "/nothing"]) {
    const answer = await call(path);
    expect(answer.headers).toMatchObject({
      ...{ "x-content-type-options": "nosniff", "cache-control": "no-store" },
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    });
    expect(answer.headers).not.toHaveProperty("set-cookie");
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
  }
});

test.each([
  ["/", "the root"],
  ["/api/v1/session", "the API"],
  ["/healthz", "the health check"],
  ["/plugins/", "no instance"],
  ["/plugins/nobody/hook", "an instance that is not there"],
  ["/plugins/a/other", "a path that is not there"],
  ["/plugins/a/hook/", "a slash more"],
  ["/plugins/a//hook", "a slash twice"],
  ["/plugins/a/../b/hook", "a way up"],
  ["/plugins/a/%2e%2e/b/hook", "an encoded way up"],
  ["/plugins/a%2Fhook", "an encoded slash"],
  ["/plugins/a/%68ook", "an encoded letter"],
  ["/plugins/a/hook%00", "a zero byte"],
  ["/plugins/a/hook;x=1", "a parameter"],
  ["http://127.0.0.1/plugins/a/hook", "a whole URL"],
])("%s (%s) is not there, and one such answer is like the other", async (path) => {
  const { raw, seen, host } = await setUp();
  const answer = await raw(
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
  const known = await raw(
    `POST /x HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );

  expect(statuses(answer)).toEqual([404]);
  expect(answer.replace(/Date:.*\r\n/i, "")).toBe(known.replace(/Date:.*\r\n/i, ""));
  expect(seen).toEqual([]);
});

test("other methods are told which there are, and asking for them is answered", async () => {
  const { call, seen } = await setUp();
  for (const method of ["PUT", "DELETE", "TRACE", "PROPFIND"] as const) {
    const answer = await call("/plugins/a/hook", { method: method as "PUT" });
    expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, "GET, HEAD, POST, OPTIONS"]);
  }
  const options = await call("/plugins/a/hook", { method: "OPTIONS" });
  expect([options.status, options.headers.allow]).toEqual([204, "GET, HEAD, POST, OPTIONS"]);
  expect(seen).toEqual([]);
});

test("HEAD gets a GET's headers and no body", async () => {
  const { raw, seen, host } = await setUp({
    receive: async () => ({ status: 200, headers: { "content-type": "a/b" }, body: "hello" }),
  });
  const answer = await raw(`HEAD /plugins/a/hook HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 200/);
  expect(answer.toLowerCase()).toContain("content-type: a/b");
  expect(answer.endsWith("\r\n\r\n")).toBe(true);
  expect(seen).toMatchObject([{ method: "HEAD" }]);
});

test("a body that is too large is refused, told or not, and its sender comes to read so", async () => {
  const { call, seen, answers } = await setUp();
  const large = Buffer.alloc(1_025);
  async function* inPieces() {
    yield large.subarray(0, 1_000);
    yield large.subarray(1_000);
  }
  expect((await call("/plugins/a/hook", { body: large })).status).toBe(413);
  expect((await call("/plugins/a/hook", { body: inPieces() as never })).status).toBe(413);
  expect(seen).toEqual([]);
  expect(answers.map(([, , , status]) => status)).toEqual([413, 413]);

  expect((await call("/plugins/a/hook", { body: large.subarray(1) })).status).toBe(202);
  expect(seen[0]?.body).toHaveLength(1_024);
});

test("who sends on and on after that is cut off", async () => {
  const { open, host } = await setUp();
  const socket = open();
  const closed = end(socket);
  socket.write(`POST /plugins/a/hook HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 999999999\r\n\r\n`);
  let sent = 0;
  const more = () => {
    while (!socket.destroyed && sent < 100 * 1024 * 1024) {
      sent += 65_536;
      if (!socket.write(Buffer.alloc(65_536))) break;
    }
  };
  socket.on("drain", more);
  more();
  await closed;
  expect(sent).toBeLessThan(20 * 1024 * 1024);
});

test("who asks before sending a body is told no, or to go on", async () => {
  const { open, host, seen } = await setUp();
  const ask = async (length: number) => {
    const socket = open();
    let text = "";
    socket.on("data", (chunk) => (text += chunk));
    socket.write(
      `POST /plugins/a/hook HTTP/1.1\r\nHost: ${host}\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`,
    );
    await once(socket, "data");
    return { socket, text: () => text };
  };
  const no = await ask(2_000);
  await end(no.socket);
  expect(statuses(no.text())).toEqual([413]);
  expect(seen).toEqual([]);

  const yes = await ask(2);
  expect(yes.text()).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  yes.socket.write("hi");
  await once(yes.socket, "data");
  expect(statuses(yes.text())).toEqual([100, 202]);
  expect(seen.map(({ body }) => String(body))).toEqual(["hi"]);
});

test("requests in one go are answered in their order, also where one is refused", async () => {
  const { raw, host, seen } = await setUp({
    async receive(_instanceId, { body }) {
      // The first takes longest.
      await delay(body.toString() === "1" ? 50 : 0);
      return { status: 200, headers: {}, body: `<${body}>` };
    },
  });
  const answers = await raw(
    post(host, "1"),
    post(host, "2").replace("/plugins/a/hook", "/plugins/a/none"),
    post(host, "x".repeat(1_100)),
    post(host, "3", "Connection: close\r\n"),
  );
  expect(statuses(answers)).toEqual([200, 404, 413, 200]);
  expect(answers.indexOf("<1>")).toBeLessThan(answers.indexOf("<3>"));
  expect(seen.map(({ body }) => String(body))).toEqual(["1", "3"]);
});

test("a request in a request is a request to nobody: two lengths, or a length and pieces, are refused", async () => {
  const { raw, host, seen } = await setUp();
  const head = `POST /plugins/a/hook HTTP/1.1\r\nHost: ${host}\r\n`;
  const two = await raw(`${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi`);
  const both = await raw(`${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`);
  const large = await raw(`${head}X-Large: ${"x".repeat(20_000)}\r\n\r\n`);
  expect([two, both, large].map(statuses)).toEqual([[400], [400], [431]]);
  expect(seen).toEqual([]);
});

test("who sends headers or a body drop by drop is cut off, and holds nobody up", async () => {
  const { open, call, host } = await setUp({ times: { headersMs: 300, requestMs: 600 } });
  const drip = (start: string, drop: string) => {
    const socket = open();
    let text = "";
    socket.on("data", (chunk) => (text += chunk));
    socket.write(start);
    const timer = setInterval(() => socket.write(drop), 50);
    return end(socket).then(() => {
      clearInterval(timer);
      return text;
    });
  };
  const head = `POST /plugins/a/hook HTTP/1.1\r\nHost: ${host}\r\n`;
  const slow = Array.from({ length: 20 }, () => drip(head, "X-A: b\r\n"));
  slow.push(drip(`${head}Content-Length: 1000\r\n\r\n`, "x"));
  slow.push(drip(`${head}Transfer-Encoding: chunked\r\n\r\n`, "1\r\nx\r\n"));

  expect((await call("/plugins/a/hook")).status).toBe(202);
  expect((await Promise.all(slow)).map(statuses)).toEqual(slow.map(() => [408]));
});

test("a connection on which nothing comes is closed, before the first request and after it", async () => {
  const { open, host } = await setUp({ times: { headersMs: 300, requestMs: 600, keepAliveMs: 100 } });
  const silent = open();
  const used = open();
  const closed = [end(silent), end(used)];
  used.resume();
  silent.resume();
  used.write(post(host, "hi"));
  await Promise.all(closed);
});

test("too many a second are told to come later, and so are too many at once", async () => {
  const fast = await setUp({ perSecond: 1 });
  const answers = await Promise.all(Array.from({ length: 5 }, () => fast.call("/plugins/a/hook")));
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 202, 429, 429]);
  expect(answers.find(({ status }) => status === 429)?.headers["retry-after"]).toBe("1");
  expect((await fast.call("/plugins/b/hook")).status).toBe(202);

  const { promise, resolve } = Promise.withResolvers<WebhookReply>();
  const slow = await setUp({
    receive: (instanceId) => (instanceId === "a" ? promise : Promise.resolve(done)),
  });
  const done = { status: 200, headers: {}, body: "" };
  const running = Array.from({ length: 20 }, () => slow.call("/plugins/a/hook"));
  const first = await Promise.race(running);
  expect([first.status, first.headers["retry-after"]]).toEqual([503, "1"]);
  expect((await slow.call("/plugins/b/hook")).status).toBe(200);
  resolve(done);
  expect((await Promise.all(running)).filter(({ status }) => status === 200)).toHaveLength(16);
});

test("where an instance takes nothing, its body is not even read", async () => {
  const { open, host, seen } = await setUp({ closed: "a" });
  const socket = open();
  socket.write(`POST /plugins/a/hook HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000\r\n\r\n`);
  const [answer] = await once(socket, "data");
  expect(String(answer)).toMatch(/^HTTP\/1\.1 503 .*\r\n(?:.*\r\n)*retry-after: 5\r\n/i);
  expect(seen).toEqual([]);
});

test("a sender that goes away in the middle of its body is nobody's request", async () => {
  const { open, call, host, seen, errors } = await setUp();
  const socket = open();
  socket.write(`POST /plugins/a/hook HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000\r\n\r\nhalf`);
  await once(socket, "ready");
  socket.destroy();
  expect((await call("/plugins/a/hook", { body: "whole" })).status).toBe(202);
  expect(seen.map(({ body }) => String(body))).toEqual(["whole"]);
  expect(errors).toEqual([]);
});

test("what fails in the host is said in its log, and not to the sender", async () => {
  const { call, errors } = await setUp({
    receive: async () => {
      throw new Error("the secret path /var/lib");
    },
  });
  const answer = await call("/plugins/a/hook");
  expect(answer).toMatchObject({ status: 500, text: "Rookery itself failed; its log says why.\n" });
  expect(errors).toEqual(["A request to a webhook could not be answered."]);
});

test("a port that is in use, and a public address that is none, are told by their settings", async () => {
  const { host } = await setUp();
  const port = Number(host.split(":")[1]);
  await expect(setUp({ port })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringMatching(
      /port \d+ of 127\.0\.0\.1: it is in use\. Choose another with webhooks\.port/,
    ),
  });
  await expect(setUp({ publicUrl: "http://a:99999" })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
});

test("at its end it finishes what it is answering, and takes nothing more", async () => {
  const { promise, resolve } = Promise.withResolvers<WebhookReply>();
  const { listener, call, seen, open, host } = await setUp({ receive: () => promise });
  const idle = open();
  idle.resume();
  await once(idle, "ready");
  const answer = call("/plugins/a/hook");
  while (seen.length === 0) await delay(1);

  const closed = listener.close();
  idle.write(post(host, "late"));
  await expect(call("/plugins/a/hook")).rejects.toThrow();
  resolve({ status: 200, headers: {}, body: "done" });

  expect(await answer).toMatchObject({ status: 200, text: "done" });
  await closed;
  expect(seen).toHaveLength(1);
});
