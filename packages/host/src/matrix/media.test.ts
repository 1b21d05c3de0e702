import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { HostMatrixClient } from "./client.ts";
import { downloadMedia, uploadFile } from "./media.ts";

const signal = new AbortController().signal;
const charge = () => undefined;

async function setUp(options: { maxUploadBytes?: number } = {}) {
  const http = createTestHttp();
  const homeserver = await startTestHomeserver(options);
  const { client } = await register(homeserver, http, "ada");
  const directory = temporaryDirectory();

  async function uploaded(bytes: Buffer, more: { name?: string | undefined; encrypted?: boolean }) {
    const path = join(directory, "sent");
    writeFileSync(path, bytes);
    return await uploadFile({ client, http, path, size: bytes.length, type: "image/png", ...more, signal });
  }
  const upload = async (bytes: Buffer, name?: string) => (await uploaded(bytes, { name })).url;
  async function download(mxc: string, maxBytes = 1e9, key?: unknown) {
    const path = join(directory, "got");
    const size = await downloadMedia({ client, http, mxc, key, path, maxBytes, charge, signal });
    return { path, size };
  }
  return { http, client, upload, uploaded, download, directory };
}

/** A homeserver whose every download begins and does not end. */
async function slowServer() {
  const answers: ServerResponse[] = [];
  const server = createServer((request, response) => {
    if (!request.url?.includes("/media/download/")) return response.end('{"event_id":"$1"}');
    answers.push(response.writeHead(200));
    response.write("first");
    server.emit("download");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, answers, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test("a file comes back byte for byte", async () => {
  const { upload, download } = await setUp();
  const bytes = randomBytes(3_000_000);
  const mxc = await upload(bytes, "Bild ä?#.png");
  expect(mxc).toMatch(/^mxc:\/\/test\//);
  const { path, size } = await download(mxc);
  expect(size).toBe(bytes.length);
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect((statSync(path).mode & 0o777).toString(8)).toBe("600");
});

test("an encrypted file comes back with its key only, and one that was changed not at all", async () => {
  const { uploaded, download } = await setUp();
  const bytes = randomBytes(3_000_000);
  const { url, key } = await uploaded(bytes, { name: "secret.png", encrypted: true });
  const asStored = readFileSync((await download(url)).path);
  expect(asStored).toHaveLength(bytes.length);
  expect(asStored.equals(bytes)).toBe(false);
  expect(readFileSync((await download(url, 1e9, key)).path).equals(bytes)).toBe(true);

  const { url: another } = await uploaded(randomBytes(3_000_000), { encrypted: true });
  await expect(download(another, 1e9, key)).rejects.toMatchObject({ code: "BAD_REQUEST" });
  await expect(download(url, 1e9, { v: "v1" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
});

test("a download stops at its limit of bytes, and one of just that size comes whole", async () => {
  const { upload, download } = await setUp();
  const mxc = await upload(randomBytes(100_000));
  await expect(download(mxc, 99_999)).rejects.toMatchObject({ code: "TOO_LARGE" });
  expect(await download(mxc, 100_000)).toMatchObject({ size: 100_000 });
});

test("a file that the homeserver finds too large is refused in its words", async () => {
  const { upload } = await setUp({ maxUploadBytes: 1000 });
  await expect(upload(randomBytes(1001))).rejects.toMatchObject({ errcode: "M_TOO_LARGE" });
});

test("a file that is gone is not taken for a homeserver that is", async () => {
  const { client, http, directory } = await setUp();
  const gone = { client, http, path: join(directory, "gone"), size: 5, type: "image/png", signal };
  await expect(uploadFile(gone)).rejects.toMatchObject({ code: "ENOENT" });
});

test("media that is not there, and what is no media at all, are told apart", async () => {
  const { download } = await setUp();
  await expect(download("mxc://test/absent")).rejects.toMatchObject({ errcode: "M_NOT_FOUND" });
  for (const mxc of [
    "https://test/a",
    "mxc://test",
    "mxc://test/../../x",
    "mxc://test/a/b",
    "mxc://te/st/a?b",
  ]) {
    await expect(download(mxc), mxc).rejects.toMatchObject({ code: "BAD_REQUEST" });
  }
});

test("a download that breaks off is said to have, and its connection is free again", async () => {
  const http = createTestHttp();
  const { server, answers, url } = await slowServer();
  const client = new HostMatrixClient(url, "token", http);
  const path = join(temporaryDirectory(), "got");
  const download = downloadMedia({ client, http, mxc: "mxc://test/a", path, maxBytes: 1e6, charge, signal });
  await once(server, "download");
  answers[0]?.destroy();
  await expect(download).rejects.toMatchObject({ code: "NETWORK_FAILED" });
});

test("an ended instance's downloads end", async () => {
  const http = createTestHttp();
  const { server, url } = await slowServer();
  const client = new HostMatrixClient(url, "token", http);
  const path = join(temporaryDirectory(), "got");
  const ending = new AbortController();
  const download = downloadMedia({
    client,
    http,
    mxc: "mxc://test/a",
    path,
    maxBytes: 1e6,
    charge,
    signal: ending.signal,
  });
  await once(server, "download");
  ending.abort();
  await expect(download).rejects.toThrow();
});

test("files that are slow to come hold no message up", async () => {
  const http = createTestHttp();
  const { answers, url } = await slowServer();
  const client = new HostMatrixClient(url, "token", http);
  const directory = temporaryDirectory();
  const ending = new AbortController();
  const downloads = Array.from({ length: 30 }, (_, index) => {
    const path = join(directory, String(index));
    return downloadMedia({
      client,
      http,
      mxc: "mxc://test/a",
      path,
      maxBytes: 1e6,
      charge,
      signal: ending.signal,
    });
  });
  expect(await client.putEvent("!a:b", "m.room.message", "t", {})).toBe("$1");
  expect(answers.length).toBeGreaterThan(0);
  ending.abort();
  expect((await Promise.allSettled(downloads)).every(({ status }) => status === "rejected")).toBe(true);
});
