import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type DevHomeserver, startDevHomeserver } from "@rookery/dev-homeserver";
import type { Account, Plugin } from "@rookery/host/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "../../packages/host/src/testing/eventually.ts";
import { describeWith } from "../describe-with.ts";
import { blocksUnder, textOf } from "../documents/blocks.ts";
import { register } from "../matrix/register.ts";
import { OPERATOR } from "../rookery/rookery.ts";
import { bootSystemd, findSystemd, type Systemd } from "./systemd.ts";

const PORT = 29_419;
const OTHER_PORT = 29_420;
const ROOT = join(import.meta.dirname, "../..");
const HOME = "/run/home";
/** As root has it in a terminal: without the Node that the repository brought along. */
const machinePath = [
  ...(process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules")),
  ...["/usr/local/sbin", "/usr/sbin", "/sbin"],
].join(delimiter);

describeWith([findSystemd()], "on a machine with systemd, who does what the documents say", () => {
  let systemd: Systemd;
  let homeserver: DevHomeserver;
  let folder: string;
  let cookie: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rookery-installed-"));
    await mkdir(join(folder, "rookery"));
    systemd = await bootSystemd({}, "", join(folder, "rookery"));
    await systemd.run("mkdir", HOME);
    homeserver = await startDevHomeserver({ dataDir: join(folder, "homeserver"), serverName: "test" });
  });
  afterAll(async () => {
    await systemd?.end();
    await homeserver?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const here = (text: string) =>
    text
      .replaceAll("29316", String(PORT))
      .replaceAll("29318", String(OTHER_PORT))
      .replaceAll("<this repository>", ROOT)
      .replaceAll("<instance>", "hello");

  /** Types what stands under a heading, with ports of this test's own. @returns what was printed */
  async function follow(document: string, heading: string): Promise<string> {
    let printed = "";
    let typed: string[] = [];
    const enter = async () => {
      if (typed.length > 0) printed += `${await run(typed.join("\n"))}\n`;
      typed = [];
    };
    for (const block of blocksUnder(document, heading)) {
      if (block.kind === "command") typed.push(here(block.line));
      if (block.kind !== "file") continue;
      await enter();
      await systemd.write(block.path, here(block.content));
    }
    await enter();
    return printed;
  }
  const commandsUnder = (document: string, heading: string) =>
    blocksUnder(document, heading).flatMap((block) => (block.kind === "command" ? [block.line] : []));
  /** In a terminal of root's, with the Node that the machine has. */
  const run = (script: string) =>
    systemd.run("env", `PATH=${machinePath}`, `HOME=${HOME}`, "bash", "-euo", "pipefail", "-c", script);

  async function send<T>(method: string, path: string, body: object | Buffer): Promise<T> {
    const type = Buffer.isBuffer(body) ? "application/octet-stream" : "application/json";
    const answer = await fetch(`http://127.0.0.1:${PORT}/api/v1${path}`, {
      method,
      headers: { "content-type": type, cookie },
      body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    if (path.endsWith("one-time")) cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    return (await answer.json()) as T;
  }
  const tokenIn = (text: string) => /#token=(\S+)/.exec(text)?.[1];

  it("has a host from a clone of the repository, which is ready, and a link for the first admin", async () => {
    const printed = await follow("docs/operating.md", "### Debian, and any other systemd");
    expect(JSON.parse(printed.trim().split("\n").at(-1) ?? "")).toMatchObject({ status: "ready" });
    cookie = "";
    await send("POST", "/session/one-time", { token: tokenIn(systemd.output()) });
    await send("PUT", "/session/password", OPERATOR);
  }, 300_000);

  it("makes a key where there is none", async () => {
    await systemd.run("rm", "/etc/rookery/secret.key");
    await expect(systemd.systemctl("restart", "rookery")).rejects.toThrow();
    expect(await systemd.run("sh", "-c", "systemctl status rookery || true")).toContain("243/CREDENTIALS");
    await follow("docs/troubleshooting.md", "### The key is missing");
    expect((await fetch(`http://127.0.0.1:${PORT}/readyz`)).status).toBe(200);
  });

  it("sees what it does and how it is", async () => {
    await register(homeserver.url, "bot");
    const login = { homeserverUrl: homeserver.url, username: "bot", password: "the password of bot" };
    const { id: accountId } = await send<Account>("POST", "/accounts", login);
    const bundle = await readFile(join(ROOT, "packages/host/dist/bundles/hello.mbp"));
    const { id: pluginId } = await send<Plugin>("POST", "/plugins", bundle);
    await send("POST", "/instances", { id: "hello", pluginId, accountId });
    await run(`echo '${OPERATOR.password}' | rookery login http://127.0.0.1:${PORT} --user ${OPERATOR.name}`);
    const printed = await follow("docs/troubleshooting.md", "# When something is wrong");
    expect(printed).toMatch(
      /Active: active \(running\)[\s\S]*"status":"ready"[\s\S]*^hello +(running|starting)/m,
    );
  });

  it("gets in again when nobody can sign in", async () => {
    const printed = await follow("docs/troubleshooting.md", "## Nobody can sign in");
    await send("POST", "/session/one-time", { token: tokenIn(printed) });
  });

  it("has its backups on another disk", async () => {
    await follow("docs/operating.md", "#### Backups on another disk");
    // The one that was overdue is made when nothing else wants the processor.
    await eventually("the host's own backup", async () =>
      /^rookery-\S+\.tar\.zst$/m.test(await systemd.run("ls", "/mnt/backups/rookery")),
    );
    await run(`rookery backup -o ${HOME}/backup.tar.zst`);
    expect(await run("rookery ps")).toMatch(/^hello /m);
  });

  it("goes on without its key where that is lost, and its bot once it is logged in again", async () => {
    await run("openssl rand -base64 32 > /etc/rookery/secret.key");
    await expect(systemd.systemctl("restart", "rookery")).rejects.toThrow();
    expect(systemd.output()).toContain("cannot be read with the key in use");
    const printed = await follow("docs/troubleshooting.md", "### The key is lost");
    expect(printed.match(/the login of @bot:test/g)).toHaveLength(2);
    const bot = () => run("rookery ps");
    await eventually("the homeserver's word", async () => (await bot()).includes("blocked"));
    const login = { homeserverUrl: homeserver.url, username: "bot", password: "the password of bot" };
    await send("POST", "/accounts", login);
    await eventually("the bot", async () => /^hello +running/m.test(await bot()));
  });

  it("moves to another machine with all that it has", async () => {
    const [stop, pack, ...there] = commandsUnder("docs/operating.md", "### Move to another machine");
    await run(`cd ${HOME}; ${stop}; ${pack}`);
    await systemd.run("rm", "-r", "/var/lib/private", "/var/lib/rookery");
    await run(`cd ${HOME}; ${there.join("; ")}`);
    await eventually("the bot", async () => (await run("rookery ps")).includes("hello"));
    expect(await systemd.run("stat", "-c", "%a", "/var/lib/private/rookery")).toBe("700");
  });

  it("finds the host that somebody started by hand", async () => {
    await systemd.systemctl("stop", "rookery");
    const byHand =
      "ROOKERY_DATA_DIR=/var/lib/rookery ROOKERY_SECRET_KEY_FILE=/etc/rookery/secret.key ROOKERY_PORT=0 exec rookery serve";
    await run(
      `(${byHand}) > ${HOME}/by-hand 2>&1 & until grep -q "^Rookery is" ${HOME}/by-hand; do sleep 0.1; done`,
    );
    await expect(systemd.systemctl("start", "rookery")).rejects.toThrow();
    expect(systemd.output()).toContain("Another Rookery runs with");
    const found = await follow("docs/troubleshooting.md", "### Another one runs");
    const [pid = ""] = /^\d+(?= .*node .*rookery\.mjs serve$)/m.exec(found) ?? [];
    await systemd.run("kill", pid);
    await systemd.run("tail", `--pid=${pid}`, "-f", "/dev/null");
    await systemd.systemctl("start", "rookery");
  });

  it("moves it where its port is taken", async () => {
    await systemd.systemctl("stop", "rookery");
    const other = createServer().listen(PORT, "127.0.0.1");
    await once(other, "listening");
    try {
      await expect(systemd.systemctl("start", "rookery")).rejects.toThrow();
      expect(systemd.output()).toContain(`Port ${PORT} on 127.0.0.1 is in use.`);
      await follow("docs/troubleshooting.md", "### The port is taken");
      // It has started; its bot may still be on the way to its homeserver.
      expect((await fetch(`http://127.0.0.1:${OTHER_PORT}/healthz`)).status).toBe(200);
    } finally {
      other.close();
    }
  });
});

it("every message that troubleshooting names is one that Rookery says", async () => {
  const sources = await readFile(join(ROOT, "packages/host/dist/serve.mjs"), "utf8");
  const tables = textOf("docs/troubleshooting.md")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|")[1] ?? "");
  const messages = tables.flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, message = ""]) => message),
  );
  expect(messages.length).toBeGreaterThan(15);
  expect(messages.filter((message) => !sources.includes(message))).toEqual([]);
});
