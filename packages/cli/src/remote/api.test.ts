import { openAsBlob } from "node:fs";
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CountedBlob } from "../progress.ts";
import { openApi } from "./api.ts";

test("a file that changes while it is sent is told from a host that cannot be reached", async () => {
  const home = await mkdtemp(join(tmpdir(), "rookery-api-"));
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => response.end("{}"));
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await rm(home, { recursive: true, force: true });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = openApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const path = join(home, "hello.mbp");
  await writeFile(path, "a bundle");
  const send = (bytes: Blob) =>
    host.send("POST", "/plugins", new CountedBlob("hello.mbp", bytes, () => undefined));

  expect(await send(await openAsBlob(path))).toEqual({});
  const opened = await openAsBlob(path);
  await appendFile(path, ", and more");
  await expect(send(opened)).rejects.toThrow(/^hello\.mbp changed while it was sent; try again\.$/);

  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await expect(send(await openAsBlob(path))).rejects.toThrow("cannot be reached");
});
