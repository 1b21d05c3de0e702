import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { findServiceManager } from "./service-manager.ts";
import { listenForNotifications } from "./testing/notify-socket.ts";
import { temporaryDirectory } from "./testing/temporary-directory.ts";

function setUp(more: NodeJS.ProcessEnv = {}) {
  const path = join(temporaryDirectory(), "notify");
  const socket = listenForNotifications(path);
  const env: NodeJS.ProcessEnv = { NOTIFY_SOCKET: path, PATH: "/bin", ...more };
  return { manager: findServiceManager(env), socket, env };
}

test("a host that nobody waits for tells nobody", () => {
  expect(findServiceManager({})).toBeNull();
});

test("the service manager is told when the host is ready, and when it ends", () => {
  const { manager, socket, env } = setUp();
  expect(socket.received()).toBeNull();
  manager?.ready(() => true);
  expect(socket.received()).toBe("READY=1");
  manager?.stopping();
  expect(socket.received()).toBe("STOPPING=1");
  expect(env).toEqual({ PATH: "/bin" });
});

test("the watchdog is told while the host is alive, and no more when it is not, or ends", async () => {
  const { manager, socket } = setUp({ WATCHDOG_USEC: "20000" });
  let looks = 0;
  let alive = true;
  const looked = (count: number) => new Promise<void>((resolve) => waiting.push({ count, resolve }));
  const waiting: { count: number; resolve: () => void }[] = [];
  manager?.ready(() => {
    looks++;
    for (const { count, resolve } of waiting) if (looks >= count) resolve();
    return alive;
  });
  expect(await socket.next()).toBe("READY=1");
  expect(await socket.next()).toBe("WATCHDOG=1");
  alive = false;
  while (socket.received() !== null);
  await looked(looks + 3);
  expect(socket.received()).toBeNull();
  alive = true;
  expect(await socket.next()).toBe("WATCHDOG=1");
  manager?.stopping();
  while (socket.received() === "WATCHDOG=1");
  expect(socket.received()).toBeNull();
});

test("a watchdog that watches another process is not fed", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { manager, socket } = setUp({ WATCHDOG_USEC: "1000", WATCHDOG_PID: "1" });
  manager?.ready(() => {
    throw new Error("asked");
  });
  vi.advanceTimersByTime(1_000);
  expect(socket.received()).toBe("READY=1");
  expect(socket.received()).toBeNull();
  manager?.stopping();
});
