import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  jsonOf,
  register,
  startTestHomeserver,
  type TestUser,
  temporaryDirectory,
} from "../testing/homeserver.ts";

const as = (user: TestUser) => ({ Authorization: `Bearer ${user.accessToken}` });
const path = (uri: string) => uri.replace("mxc://", "");

async function upload(url: string, user: TestUser, body: Uint8Array<ArrayBuffer>, type = "image/png") {
  const response = await fetch(`${url}/_matrix/media/v3/upload?filename=a%20b.png`, {
    method: "POST",
    headers: { ...as(user), "Content-Type": type },
    body,
  });
  return { status: response.status, body: await jsonOf(response) };
}

test("what is uploaded comes back byte for byte, with its type and name", async () => {
  const homeserver = await startTestHomeserver();
  const alice = await register(homeserver, "alice");
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  const { content_uri } = (await upload(homeserver.url, alice, bytes)).body;
  expect(content_uri).toMatch(/^mxc:\/\/dev\.localhost\//);
  for (const kind of ["download", "thumbnail"]) {
    const url = `${homeserver.url}/_matrix/client/v1/media/${kind}/${path(content_uri)}`;
    expect((await fetch(url)).status).toBe(401);
    const response = await fetch(url, { headers: as(alice) });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
    expect(response.headers.get("content-type")).toBe("image/png");
    expect(response.headers.get("content-disposition")).toBe("inline; filename*=UTF-8''a%20b.png");
  }
  const legacy = await fetch(`${homeserver.url}/_matrix/media/v3/download/${path(content_uri)}`);
  expect((await legacy.arrayBuffer()).byteLength).toBe(bytes.length);
});

test("what a browser might run is only ever an attachment", async () => {
  const homeserver = await startTestHomeserver();
  const alice = await register(homeserver, "alice");
  const script = new TextEncoder().encode("<script>alert(1)</script>");
  const { content_uri } = (await upload(homeserver.url, alice, script, "text/html")).body;
  const response = await fetch(`${homeserver.url}/_matrix/client/v1/media/download/${path(content_uri)}`, {
    headers: as(alice),
  });
  await response.arrayBuffer();
  expect(response.headers.get("content-disposition")).toMatch(/^attachment/);
  expect(response.headers.get("content-security-policy")).toContain("sandbox");
});

test("an upload beyond the limit is refused, announced or not, and leaves nothing behind", async () => {
  const dataDir = temporaryDirectory();
  const homeserver = await startTestHomeserver({ dataDir, maxUploadBytes: 1000 });
  const alice = await register(homeserver, "alice");
  const announced = await upload(homeserver.url, alice, new Uint8Array(1001));
  expect([announced.status, announced.body.errcode]).toEqual([413, "M_TOO_LARGE"]);
  const chunks = new Blob([new Uint8Array(2000)]).stream();
  const streamed = await fetch(`${homeserver.url}/_matrix/media/v3/upload`, {
    method: "POST",
    headers: as(alice),
    body: chunks,
    duplex: "half",
  });
  expect([streamed.status, (await jsonOf(streamed)).errcode]).toEqual([413, "M_TOO_LARGE"]);
  expect((await upload(homeserver.url, alice, new Uint8Array(1000))).status).toBe(200);
  expect(readdirSync(join(dataDir, "media"))).toHaveLength(1);
  const config = await fetch(`${homeserver.url}/_matrix/client/v1/media/config`, { headers: as(alice) });
  expect(await jsonOf(config)).toEqual({ "m.upload.size": 1000 });
});

test("an asynchronous upload is awaited, filled once, by its owner only", async () => {
  const homeserver = await startTestHomeserver();
  const [alice, bob] = [await register(homeserver, "alice"), await register(homeserver, "bob")];
  const base = `${homeserver.url}/_matrix`;
  const created = await fetch(`${base}/media/v1/create`, { method: "POST", headers: as(alice) });
  const id = path((await jsonOf(created)).content_uri);
  const download = () => fetch(`${base}/client/v1/media/download/${id}`, { headers: as(alice) });
  const put = async (user: TestUser) =>
    (await fetch(`${base}/media/v3/upload/${id}`, { method: "PUT", headers: as(user), body: "later" }))
      .status;
  expect((await jsonOf(await download())).errcode).toBe("M_NOT_YET_UPLOADED");
  expect(await put(bob)).toBe(403);
  expect(await put(alice)).toBe(200);
  expect(await put(alice)).toBe(409);
  expect(await (await download()).text()).toBe("later");
});

test("media of another server, or none, is not found", async () => {
  const homeserver = await startTestHomeserver();
  const alice = await register(homeserver, "alice");
  for (const id of ["elsewhere.example/abc", "dev.localhost/abc", "dev.localhost/..%2Fhomeserver.db"]) {
    const url = `${homeserver.url}/_matrix/client/v1/media/download/${id}`;
    expect((await fetch(url, { headers: as(alice) })).status).toBe(404);
  }
});
