import { expect, onTestFinished, test } from "vitest";
import { createNetwork } from "../runtime/network.ts";
import { createWebSockets } from "../runtime/web-sockets.ts";
import { eventually } from "../testing/eventually.ts";
import { startWebSocketServer } from "../testing/web-socket-server.ts";
import { pluginCode, startTestWorker } from "../testing/worker.ts";

/** A plugin in a real worker, with this as its `setup`; `URL` is where the server is. The host's side is real, too. */
async function start(setup: string, onConnection: Parameters<typeof startWebSocketServer>[0]) {
  const server = await startWebSocketServer(onConnection);
  const network = createNetwork({});
  const sockets = createWebSockets();
  onTestFinished(async () => {
    sockets.closeAll();
    await network.close();
  });
  const logs: string[] = [];
  const granted = [server.host];
  const worker = startTestWorker(
    pluginCode(
      `const URL = ${JSON.stringify(server.url)}; const log = (...all) => console.log(JSON.stringify(all)); ${setup}`,
    ),
    {
      methods: {
        "log.write": ({ message }: { message: string }) => void logs.push(message),
        "web-socket.open": ({ url, protocols }: { url: string; protocols: string[] }) =>
          sockets.open(() => network.connect(url, protocols, granted)),
        "web-socket.send": async ({ socket, message }: { socket: string; message: { text: string } }) => {
          await sockets.send(socket, message);
          return null;
        },
        "web-socket.receive": ({ socket }: { socket: string }) => sockets.receive(socket),
        "web-socket.close": ({
          socket,
          code,
          reason,
        }: {
          socket: string;
          code?: number;
          reason?: string;
        }) => {
          sockets.close(socket, code, reason ?? "");
          return null;
        },
      },
    },
  );
  await worker.start("one", { network: granted });
  const logged = (count: number) => eventually(`${count} lines`, () => logs.length >= count && logs);
  return { ...worker, logs, logged, server };
}

test("a plugin talks with a server as a browser's script would", async () => {
  const { logged } = await start(
    `const ws = new WebSocket(URL + "/feed");
    ws.binaryType = "arraybuffer";
    log(ws.readyState, ws.url === URL + "/feed");
    ws.onopen = (event) => { log(event.type, ws.readyState, event.target === ws); ws.send("hi"); ws.send(new Uint8Array([1, 2, 255])); };
    ws.addEventListener("message", ({ data }) => {
      log(typeof data === "string" ? data : [...new Uint8Array(data)]);
      if (typeof data !== "string") ws.close(4000, "done");
    });
    ws.onclose = ({ code, reason, wasClean }) => log("closed", code, reason, wasClean, ws.readyState, ws.bufferedAmount);`,
    (socket) => socket.on("message", (data, binary) => socket.send(data, { binary })),
  );
  expect(await logged(5)).toEqual([
    "[0,true]",
    '["open",1,true]',
    '["hi"]',
    "[[1,2,255]]",
    '["closed",4000,"done",true,3,0]',
  ]);
});

test("what is refused is an error event and a close event, that say why", async () => {
  const { logged } = await start(
    `const ws = new WebSocket("wss://elsewhere.example/");
    ws.onerror = ({ message, error }) => log(message, error.code);
    ws.onclose = ({ code }) => log(code, ws.readyState);`,
    () => undefined,
  );
  const [error, close] = await logged(2);
  expect(error).toMatch(/may not reach elsewhere\.example.*PERMISSION_DENIED/);
  expect(close).toBe("[1006,3]");
});

test("what is no address, no message, or no way to close throws at once", async () => {
  const { logged } = await start(
    `const attempt = (work) => { try { work(); log("done"); } catch (error) { log(error.name); } };
    attempt(() => new WebSocket("nonsense"));
    const ws = new WebSocket(URL);
    attempt(() => ws.send("too early"));
    attempt(() => { ws.binaryType = "blob"; });
    ws.onopen = () => {
      attempt(() => ws.send({}));
      attempt(() => ws.close(1001));
      attempt(() => ws.close(3000, "é".repeat(62)));
    };`,
    () => undefined,
  );
  expect(await logged(6)).toEqual(
    ["SyntaxError", "Error", "TypeError", "TypeError", "RangeError", "SyntaxError"].map(
      (name) => `["${name}"]`,
    ),
  );
});

test("a socket that is closed before it is open is closed as soon as it is", async () => {
  const closed = Promise.withResolvers<number>();
  const { logged } = await start(
    `const ws = new WebSocket(URL);
    ws.onopen = () => log("open");
    ws.onclose = ({ code }) => log(code);
    ws.close();`,
    (socket) => socket.once("close", (code) => closed.resolve(code)),
  );
  expect(await closed.promise).toBe(1005);
  expect(await logged(1)).toEqual(["[1005]"]);
});

test("listeners come once, go, and throw without harm; a plugin may put things of its own on a socket", async () => {
  const { logged } = await start(
    `const ws = new WebSocket(URL);
    const gone = () => log("gone");
    ws.addEventListener("message", gone);
    ws.removeEventListener("message", gone);
    ws.addEventListener("message", () => log("once"), { once: true });
    ws.onmessage = () => { throw new Error("oops"); };
    ws.addEventListener("message", { handleEvent: ({ data }) => { ws.mine = data; log(ws.mine); } });`,
    (socket) => {
      socket.send("a");
      socket.send("b");
    },
  );
  const lines = await logged(5);
  expect(lines).toEqual([
    "A listener of a WebSocket threw: oops",
    '["once"]',
    '["a"]',
    "A listener of a WebSocket threw: oops",
    '["b"]',
  ]);
});

test("there is none without the permission", async () => {
  const worker = startTestWorker(pluginCode("console.log(typeof WebSocket);"));
  await worker.start();
  await worker.ping();
  expect(worker.logs).toMatchObject([{ message: "undefined" }]);
});
