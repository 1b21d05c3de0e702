import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { chmod, cp, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { readBundle, writeBundle } from "@rookery/host/bundle";
import type { Manifest } from "@rookery/plugin-sdk/manifest";
import AdmZip from "adm-zip";
import { describe, expect, it } from "vitest";
import { entry, pluginFixture } from "./build/plugin-fixture.ts";

const BIN = fileURLToPath(new URL("../bin/rookery.mjs", import.meta.url));
const SOURCES = { "src/index.ts": entry("", "config: Type.Object({ greeting: Type.String() }), setup() {}") };

interface RunOptions {
  cwd?: string;
  bin?: string;
  nodeArgs?: string[];
}

/** Runs the command as a person would, in a process of its own. */
async function rookery(args: string[], { cwd, bin = BIN, nodeArgs = [] }: RunOptions = {}) {
  const child = spawn(process.execPath, [...nodeArgs, bin, ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number]>,
  ]);
  return { stdout, stderr, code };
}

describe("rookery", () => {
  it("--help lists the commands and loads none of them", async () => {
    const hook =
      "import { registerHooks } from 'node:module'; registerHooks({ resolve(id, context, next) { console.error('loads ' + id); return next(id, context); } });";
    const nodeArgs = ["--import", `data:text/javascript,${encodeURIComponent(hook)}`];
    const { stdout, stderr, code } = await rookery(["--help"], { nodeArgs });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /serve +Run the host.*\n +config .*\n +init .*\n +dev .*\n +test .*\n +build +Build a plugin.*\n +keygen +.*\n +inspect +/,
    );
    expect(stderr).toContain("loads ./commands.ts");
    expect(stderr).not.toMatch(/loads .*(\.\/commands\/|esbuild|@rookery)/);
  });

  it("<command> --help shows the command's usage and options", async () => {
    const { stdout, code } = await rookery(["build", "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Usage: rookery build [dir] [--out <file>] [--sign <key>] [--json]");
    expect(stdout).toContain("--out <file>");
  });

  it("--version names its version and Node's", async () => {
    expect((await rookery(["--version"])).stdout).toMatch(/^rookery \d+\.\d+\.\d+ \(Node \d+\.\d+\.\d+\)\n$/);
  });

  it.each([
    [[], /Usage: rookery <command>/],
    [["bild"], /^There is no command "bild"\. "rookery --help" lists them\.\n$/],
    [["build", "--fast"], /^Unknown option '--fast'.*\nUsage: rookery build /],
    [["build", "a", "b"], /^One plugin is built at a time; name one folder\.\nUsage: rookery build /],
    [["keygen"], /^Name one file for the new key\.\nUsage: rookery keygen /],
    [["users"], /^Say what to do with the users\.\nUsage: rookery users list \| add /],
    [["users", "add", "bob", "owner"], /^"owner" is no role: it is viewer, deployer or admin\.\nUsage: /],
    [["users", "add", "a b", "admin"], /^"a b" cannot be a name: .*\nUsage: /],
    [["inspect"], /^Name one bundle, an \.mbp file\.\nUsage: rookery inspect /],
  ])("%j is not understood: exit code 2, and the usage", async (args, message) => {
    const { stdout, stderr, code } = await rookery(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });

  it("shows an error without its stack, and with it under --debug", async () => {
    const brief = await rookery(["inspect", "nowhere.mbp"]);
    expect(brief).toEqual({
      code: 1,
      stdout: "",
      stderr: "nowhere.mbp cannot be read: there is no such file.\n",
    });
    const full = await rookery(["inspect", "nowhere.mbp", "--debug"]);
    expect(full.code).toBe(1);
    expect(full.stderr).toMatch(/there is no such file\.\n +at .*inspect\.ts:\d+/);
  });
});

describe("rookery build", () => {
  it("writes dist/<id>-<version>.mbp and says what it wrote", async () => {
    await using plugin = await pluginFixture(SOURCES, { permissions: { network: ["*.example.org"] } });
    const { stdout, stderr, code } = await rookery(["build"], { cwd: plugin.dir });
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    const bundle = readBundle(await readFile(join(plugin.dir, "dist/org.example.fixture-1.0.0.mbp")));
    expect(await readdir(join(plugin.dir, "dist"))).toEqual(["org.example.fixture-1.0.0.mbp"]);
    expect(stdout).toContain("Built dist/org.example.fixture-1.0.0.mbp\n");
    expect(stdout).toContain(bundle.sha256);
    expect(stdout).toContain(`(${bundle.size} bytes)`);
    expect(stdout).toContain("signed by  nobody\n");
    expect(stdout).toContain("asks to    connect to every host below example.org\n");
    expect(stdout).not.toContain("\u001b");
  });

  it("--out --json writes it elsewhere and tells the facts to a program", async () => {
    await using plugin = await pluginFixture(SOURCES);
    const out = join(plugin.dir, "new/folder/x.mbp");
    const { stdout } = await rookery(["build", plugin.dir, "--out", out, "--json"]);
    const { manifest, sha256, size } = readBundle(await readFile(out));
    expect(JSON.parse(stdout)).toEqual({
      ...{ file: out, manifest, sha256, size, warnings: [] },
      signature: { state: "unsigned" },
    });
  });

  it("warns of what a package needs and the sandbox has not, and builds", async () => {
    await using plugin = await pluginFixture({
      "src/index.ts": entry('import lib from "lib";\nlib;'),
      "node_modules/lib/index.js": 'exports.http = require("http");',
    });
    const { stderr, code } = await rookery(["build", plugin.dir]);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^"lib" imports "http" of Node, which the sandbox has not; .*\(src\/index\.ts → .*\)\n$/,
    );
  });

  it("that fails writes nothing and exits with 1", async () => {
    await using plugin = await pluginFixture({ "src/index.ts": entry("const = 1;") });
    const { stdout, stderr, code } = await rookery(["build", plugin.dir]);
    expect({ stdout, code }).toEqual({ stdout: "", code: 1 });
    expect(stderr).toBe('The plugin cannot be built.\nsrc/index.ts:2:7: Expected identifier but found "="\n');
    expect(await readdir(plugin.dir)).not.toContain("dist");
  });
});

describe("rookery inspect", () => {
  const manifest: Manifest = {
    id: "org.example.sly",
    version: "1.0.0",
    name: "Sly\u001b[2J",
    description: "Clears\nthe terminal.",
    license: "MIT",
    rookery: "^0.1.0",
    main: "plugin.js",
    permissions: {
      network: ["example.org:8448"],
      programs: ["yt-dlp"],
      rooms: ["create"],
      impersonate: ["slack_*"],
    },
    configSchema: { properties: { place: { type: "string" }, token: { type: "string", format: "secret" } } },
  };

  it("shows a bundle in words, and lets nothing in it write to the terminal", async () => {
    await using folder = await pluginFixture({}, null);
    const file = join(folder.dir, "sly.mbp");
    await writeFile(file, writeBundle({ manifest, code: "throw 1" }));
    const { stdout, code } = await rookery(["inspect", file]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      "plugin     Sly\\u001b[2J (org.example.sly) 1.0.0\n           Clears the terminal.\n",
    );
    expect(stdout).toContain("config     place, token (secret)\n");
    expect(stdout).toContain(
      "asks to    connect to example.org, on port 8448\n           run the program yt-dlp\n           create rooms\n           act as the users slack_* of its homeserver\n",
    );
    expect(stdout).toMatch(/sha256 {5}[0-9a-f]{64}\nsigned by {2}nobody\n$/);
  });

  it("--json gives the manifest as it is", async () => {
    await using folder = await pluginFixture({}, null);
    const file = join(folder.dir, "sly.mbp");
    await writeFile(file, writeBundle({ manifest, code: "" }));
    expect(JSON.parse((await rookery(["inspect", file, "--json"])).stdout)).toMatchObject({ manifest });
  });
});

describe("signing", () => {
  it("keygen makes a key that nobody else reads, build --sign signs with it, inspect tells whose it is", async () => {
    await using plugin = await pluginFixture(SOURCES);
    const made = await rookery(["keygen", "keys/mine.pem"], { cwd: plugin.dir });
    expect(made).toMatchObject({ code: 0, stderr: "" });
    expect((await stat(join(plugin.dir, "keys/mine.pem"))).mode & 0o777).toBe(0o600);
    const [, publicKey = "", fingerprint = ""] =
      /public key {3}(\S+)\nfingerprint {2}([0-9a-f]{64})\n/.exec(made.stdout) ?? [];
    expect(made.stdout).toContain(`trustedKeys:\n  your-name: ${publicKey}\n`);
    const again = await rookery(["keygen", "keys/mine.pem"], { cwd: plugin.dir });
    expect(again).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("keys/mine.pem is there already"),
    });

    const built = await rookery(["build", "--sign", "keys/mine.pem", "--out", "x.mbp"], { cwd: plugin.dir });
    expect(built).toMatchObject({ code: 0, stderr: "" });
    const file = join(plugin.dir, "x.mbp");
    expect(readBundle(await readFile(file)).signer).toBe(publicKey);
    expect((await readFile(file)).includes(await readFile(join(plugin.dir, "keys/mine.pem")))).toBe(false);

    const { stdout } = await rookery(["inspect", file]);
    expect(stdout).toContain(`signed by  ${publicKey}\n           fingerprint ${fingerprint}\n`);
    const json = await rookery(["inspect", file, "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      signature: { state: "signed", publicKey, fingerprint },
    });
  });

  it("inspect shows a bundle that was altered, and exits with 1", async () => {
    await using plugin = await pluginFixture(SOURCES);
    await rookery(["keygen", "mine.pem"], { cwd: plugin.dir });
    await rookery(["build", "--sign", "mine.pem", "--out", "x.mbp"], { cwd: plugin.dir });
    const file = join(plugin.dir, "x.mbp");
    const zip = new AdmZip(await readFile(file));
    zip.addFile("more.js", Buffer.from("1"));
    await writeFile(file, zip.toBuffer());
    const { stdout, stderr, code } = await rookery(["inspect", file]);
    expect(code).toBe(1);
    expect(stdout).toContain("signed by  nobody any more (ALTERED): the signature does not fit");
    expect(stderr).toMatch(/x\.mbp is not as it was signed: .* Do not use it\.\n$/);
  });

  it.each([
    ["nowhere.pem", null, /^The key nowhere\.pem cannot be read: there is no such file\.\n$/],
    ["bad.pem", "nonsense", /^bad\.pem holds no Ed25519 private key without a passphrase/],
    [
      "rsa.pem",
      generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export({ type: "pkcs8", format: "pem" }),
      /^rsa\.pem holds no Ed25519 private key/,
    ],
    [
      "public.pem",
      generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }),
      /^public\.pem holds no Ed25519 private key/,
    ],
  ])("build --sign %s says what is wrong with it, and builds nothing", async (name, content, message) => {
    await using plugin = await pluginFixture(
      content === null ? SOURCES : { ...SOURCES, [name]: String(content) },
    );
    const { stdout, stderr, code } = await rookery(["build", "--sign", name], { cwd: plugin.dir });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(message);
    expect(await readdir(plugin.dir)).not.toContain("dist");
  });
});

describe("under an older Node", () => {
  const older =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.0.0' } });";
  const nodeArgs = ["--import", `data:text/javascript,${encodeURIComponent(older)}`];

  /** The command alone in a repository, with or without a Node installed there. */
  async function repository(ownNode: string | null) {
    const folder = await pluginFixture({ "node_modules/.bin/README": "" }, null);
    const bin = join(folder.dir, "packages/cli/bin/rookery.mjs");
    await mkdir(join(folder.dir, "packages/cli/bin"), { recursive: true });
    await cp(BIN, bin);
    if (ownNode !== null) {
      await writeFile(join(folder.dir, "node_modules/.bin/node"), ownNode);
      await chmod(join(folder.dir, "node_modules/.bin/node"), 0o755);
    }
    return { bin, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
  }

  it("says what to do", async () => {
    await using plain = await repository(null);
    const { stderr, code } = await rookery(["--help"], { bin: plain.bin, nodeArgs });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Rookery needs Node 24 or newer, and this is Node 18\.0\.0\. Run "npm install" in \//,
    );
  });

  it("runs under the repository's own Node where that is installed, and ends as it ends", async () => {
    await using installed = await repository('#!/bin/sh\necho "own node: $*"\nexit 3\n');
    const { stdout, code } = await rookery(["build", "a b"], { bin: installed.bin, nodeArgs });
    expect({ stdout, code }).toEqual({ stdout: `own node: ${installed.bin} build a b\n`, code: 3 });
  });

  it("passes a signal on to it", async () => {
    await using installed = await repository(
      "#!/bin/sh\ntrap 'echo ended; exit 0' TERM\necho up\nwhile :; do sleep 0.05; done\n",
    );
    const child = spawn(process.execPath, [...nodeArgs, installed.bin, "serve"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines: string[] = [];
    child.stdout.on("data", (chunk) => {
      lines.push(String(chunk).trim());
      if (lines.length === 1) child.kill("SIGTERM");
    });
    const [code] = await once(child, "close");
    expect([lines, code]).toEqual([["up", "ended"], 0]);
  });
});
