import { readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { request } from "undici";
import { expect, test } from "vitest";
import { writeBundle } from "../bundle/index.ts";
import { createTestHttp, register, startTestHomeserver, type TestUser } from "../testing/homeserver.ts";
import { startTestHost } from "../testing/host.ts";

const BUNDLE = {
  manifest: {
    ...{ id: "org.example.keeper", version: "1.0.0", name: "Keeper", description: "Keeper", license: "MIT" },
    ...{ rookery: "*", main: "plugin.js" as const },
    configSchema: { type: "object", properties: { media: { type: "array" } } },
  },
  code: `const { definePlugin } = require("@rookery/plugin-sdk");
module.exports.default = definePlugin({ async setup(bot) {
  for (const mxc of bot.config.media) await bot.files.download(mxc);
} });`,
};

/** An instance `keeper` that holds what is given here, and a token of each role. */
async function setUp(...contents: string[]) {
  const homeserver = await startTestHomeserver();
  const bot = await register(homeserver, createTestHttp(), "bot");
  const media = await Promise.all(contents.map((content) => upload(homeserver.url, bot, content)));
  const host = await startTestHost();
  await host.signIn();
  await host.call("PUT", "/session/password", { body: { name: "ada", password: "correct horse" } });
  const bytes = await writeBundle(BUNDLE);
  await host.call("POST", "/plugins", { type: "application/octet-stream", bytes });
  const body = { homeserverUrl: homeserver.url, accessToken: bot.accessToken };
  const { id: accountId } = (await host.call("POST", "/accounts", { body })).body;
  const instance = { id: "keeper", pluginId: BUNDLE.manifest.id, accountId, config: { media } };
  expect((await host.call("POST", "/instances", { body: instance })).body.status).toBe("running");
  const token = async (role: string) => {
    const made = await host.call("POST", "/tokens", { body: { name: role, role, days: 1 } });
    return { authorization: `Bearer ${made.body.token}` };
  };
  const list = async () => (await host.call("GET", "/instances/keeper/files")).body;
  return { host, list, token, directory: join(host.dataDir, "instances", "keeper", "files") };
}

async function upload(url: string, { accessToken }: TestUser, content: string): Promise<string> {
  const answer = await request(`${url}/_matrix/media/v3/upload`, {
    method: "POST",
    headers: { authorization: `Bearer ${accessToken}`, "content-type": "image/png" },
    body: content,
  });
  return ((await answer.body.json()) as { content_uri: string }).content_uri;
}

test("what a plugin holds is listed, saved as an attachment that no browser renders, and deleted", async () => {
  const { host, list, token, directory } = await setUp("<html><script>steal()</script>", "second");
  const viewer = await token("viewer");
  const { files, ...limits } = await list();
  expect(files).toMatchObject([
    { type: "text/html", size: 30, heldSince: expect.stringMatching(/Z$/) },
    { type: "text/plain", size: 6 },
  ]);
  expect(limits).toEqual({ usedBytes: 36, maxBytes: 1_024 * 1_024 * 1_024, maxFiles: 200 });

  const path = `/instances/keeper/files/${files[0].file}`;
  const got = await host.call("GET", path, { headers: viewer });
  expect(got).toMatchObject({ status: 200, text: "<html><script>steal()</script>" });
  expect(got.headers).toMatchObject({
    "content-type": "application/octet-stream",
    "content-disposition": `attachment; filename="keeper-${files[0].file.slice(0, 8)}.html"`,
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "content-length": "30",
    "cache-control": "no-store",
  });

  expect((await host.call("DELETE", path, { headers: viewer })).status).toBe(403);
  expect((await host.call("DELETE", path)).status).toBe(204);
  expect((await list()).files).toHaveLength(1);
  expect(readdirSync(directory)).toHaveLength(1);
  const { body } = await host.call("GET", "/audit-log?action=file.remove");
  expect(body).toMatchObject([
    { action: "file.remove", target: "keeper", user: "ada", after: { file: files[0].file } },
  ]);
});

test("a path and a link lead to no file, whatever a program left in the folder", async () => {
  const { host, list, directory } = await setUp("first");
  const [{ file }] = (await list()).files;
  writeFileSync(join(directory, "beside"), "not held");
  for (const name of ["..%2Fstore.db", "beside", `${file}%2F..%2Fbeside`, "__proto__", "%00"]) {
    for (const method of ["GET", "DELETE"]) {
      const answer = await host.call(method, `/instances/keeper/files/${name}`);
      expect(answer, `${method} ${name}`).toMatchObject({ status: 404 });
    }
  }
  rmSync(join(directory, file));
  symlinkSync("/etc/hostname", join(directory, file));
  const answer = await host.call("GET", `/instances/keeper/files/${file}`);
  expect(answer).toMatchObject({ status: 404, body: { code: "NO_SUCH_FILE" } });
});

test("an instance that does not run holds none, and one that is not there is not found", async () => {
  const { host, list } = await setUp("first");
  await host.call("POST", "/instances/keeper/stop");
  expect(await list()).toMatchObject({ files: [], usedBytes: 0 });
  expect((await host.call("GET", "/instances/none/files")).status).toBe(404);
});
