import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { createLog, findAssets, loadConfig, startHost } from "@rookery/host";
import { expect, onTestFinished, test } from "vitest";
import { users } from "./users.ts";

/** A host that can be started and stopped, and its command line. */
async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), "rookery-users-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "rookery.yaml");
  await writeFile(file, `dataDir: ${join(folder, "data")}\nport: 0\n`);
  return {
    async start() {
      const config = loadConfig({ file, env: {}, cwd: folder });
      const host = await startHost({ config, assets: findAssets(), log: createLog("silent") });
      onTestFinished(host.close);
      return host;
    },
    async run(...args: string[]) {
      const out = new PassThrough();
      try {
        await users([...args, "--config", file], { out, err: out });
      } finally {
        out.end();
      }
      return text(out);
    },
  };
}

const post = (url: string, path: string, body: object, cookie = "", method = "POST") =>
  fetch(`${url}/api/v1${path}`, {
    ...{ method, body: JSON.stringify(body), headers: { "content-type": "application/json", cookie } },
  });

test("who lost the password gets a new link from the command line, while the host does not run", async () => {
  const { start, run } = await setUp();
  await expect(run("list")).rejects.toMatchObject({ code: "NOT_FOUND" });
  let host = await start();
  await expect(run("list")).rejects.toMatchObject({ code: "DATA_LOCKED" });
  const enter = async (link: string) => {
    const token = link.split("#token=")[1];
    const answer = await post(host.url, "/session/one-time", { token });
    return { status: answer.status, cookie: String(answer.headers.get("set-cookie")).split(";")[0] };
  };
  const password = "correct horse battery";
  const { cookie } = await enter(host.signInLink ?? "");
  await post(host.url, "/session/password", { name: "ada", password }, cookie, "PUT");
  await host.close();

  expect(await run("list")).toBe("ada  admin\n");
  const link = await run("link", "ada");
  expect(link).toMatch(
    /^This lets "ada" in once, until \S+, when the host runs:\n\n\/welcome#token=[\w-]{43}\n$/,
  );
  host = await start();
  expect(host.signInLink).toBeNull();
  expect((await enter(link.trim().split("\n").at(-1) ?? "")).status).toBe(200);
  expect((await post(host.url, "/session", { name: "ada", password })).status).toBe(401);
});

test("users are added, changed and removed, the last admin is not, and the audit log has it", async () => {
  const { start, run } = await setUp();
  await (await start()).close();
  expect(await run("list")).toBe("admin  admin     has no password yet\n");
  expect(await run("add", "bob", "deployer")).toContain('This lets "bob" in once');
  expect(await run("role", "bob", "viewer")).toBe('"bob" is viewer now.\n');
  expect(JSON.parse(await run("list", "--json"))).toEqual([
    { name: "admin", role: "admin", disabled: false, hasPassword: false },
    { name: "bob", role: "viewer", disabled: false, hasPassword: false },
  ]);
  await expect(run("remove", "admin")).rejects.toMatchObject({ code: "LAST_ADMIN" });
  await expect(run("link", "eve")).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(await run("remove", "bob")).toContain('"bob" is gone');

  const host = await start();
  const token = host.signInLink?.split("#token=")[1];
  const entered = await post(host.url, "/session/one-time", { token });
  const cookie = String(entered.headers.get("set-cookie")).split(";")[0] ?? "";
  const answer = await fetch(`${host.url}/api/v1/audit-log`, { headers: { cookie } });
  const entries = (await answer.json()) as Record<string, unknown>[];
  expect(entries.map(({ action, target, user, address }) => [action, target, user, address])).toEqual([
    ["session.begin", "admin", "admin", "127.0.0.1"],
    ["user.remove", "bob", null, null],
    ["user.change", "bob", null, null],
    ["user.add", "bob", null, null],
  ]);
});
