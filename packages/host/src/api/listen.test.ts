import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Agent, request } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { startTestHost } from "../testing/host.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";

const newSocket = () => join(temporaryDirectory(), "page.sock");

/** As a tunnel to it would ask. */
async function ask(socket: string, path: string, host = "127.0.0.1:29316"): Promise<number> {
  const dispatcher = new Agent({ connect: { socketPath: socket } });
  onTestFinished(() => dispatcher.close());
  const { statusCode, body } = await request(`http://localhost${path}`, { dispatcher, headers: { host } });
  await body.dump();
  return statusCode;
}

test("page and API are at the socket and at no port, for its owner and its group, under local names only", async () => {
  const socket = newSocket();
  const { host, close } = await startTestHost({ settings: { socket } });
  expect([await ask(socket, "/"), await ask(socket, "/healthz")]).toEqual([200, 200]);
  expect(await ask(socket, "/api/v1/instances")).toBe(401);
  expect(await ask(socket, "/", "evil.example")).toBe(403);
  expect(statSync(socket).mode & 0o777).toBe(0o660);
  expect(host.socket).toBe(socket);
  await close();
  expect(existsSync(socket)).toBe(false);
});

test("a socket at which somebody listens is not taken away", async () => {
  const socket = newSocket();
  const other = createServer((connection) => connection.end());
  await new Promise<void>((resolve) => other.listen(socket, resolve));
  onTestFinished(() => void other.close());
  await expect(startTestHost({ settings: { socket } })).rejects.toMatchObject({
    ...{ code: "CONFIG_INVALID", message: expect.stringContaining(`Somebody listens at ${socket} already`) },
  });
  expect(existsSync(socket)).toBe(true);
});

test("a file that is no socket stays as it is", async () => {
  const socket = newSocket();
  writeFileSync(socket, "precious");
  await expect(startTestHost({ settings: { socket } })).rejects.toThrow("there is something else at");
  expect(readFileSync(socket, "utf8")).toBe("precious");
});

test("a path that is too long for a socket is said to be", async () => {
  const socket = `/tmp/${"x".repeat(103)}`;
  await expect(startTestHost({ settings: { socket } })).rejects.toThrow("has a longer path than the system");
});
