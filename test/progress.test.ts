import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPlugin } from "@rookery/cli/build";
import { startDevHomeserver } from "@rookery/dev-homeserver";
import type { CreatedApiToken, DatabaseRows } from "@rookery/host/api";
import { writeBundle } from "@rookery/host/bundle";
import { expect, test } from "vitest";
import { describeWith } from "./describe-with.ts";
import { register } from "./matrix/register.ts";
import { startRookery } from "./rookery/rookery.ts";
import { isTerminalAvailable, runAtTerminal } from "./rookery/terminal.ts";
import { startTunnel } from "./rookery/tunnel.ts";

const PROGRAM = join(import.meta.dirname, "../packages/cli/bin/rookery.mjs");
const MEGABYTES = 9;
const NOTES = `WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MEGABYTES})
  INSERT INTO stored SELECT i, hex(randomblob(1000000)), '' FROM n`;

describeWith([isTerminalAvailable()], "long work of the command line, at a terminal", () => {
  test("upload, export and import show how far they are through a slow tunnel, and nothing of it stays", async () => {
    await using stack = new AsyncDisposableStack();
    const home = await mkdtemp(join(tmpdir(), "rookery-home-"));
    stack.defer(() => rm(home, { recursive: true, force: true }));
    const homeserver = await startDevHomeserver({ dataDir: join(home, "homeserver") });
    stack.defer(() => homeserver.close());
    const rookery = stack.use(await startRookery());
    const { accessToken } = await register(homeserver.url, "bot");
    const account = await rookery.addAccount({ homeserverUrl: homeserver.url, accessToken });
    const { bundle } = await buildPlugin(join(import.meta.dirname, "../plugins/examples/database"));
    const plugin = await rookery.addPlugin(bundle);
    await rookery.addInstance({ id: "stored", pluginId: plugin.id, accountId: account.id });
    await rookery.until("stored", ({ status }) => status === "running");
    await rookery.api("POST", "/instances/stored/database/query", { sql: NOTES, write: true });
    const asked = { name: "progress", role: "admin", days: 1 };
    const { token } = await rookery.api<CreatedApiToken>("POST", "/tokens", asked);

    /** @returns what was shown while the tunnel held it up, and what stands on the terminal in the end */
    async function run(args: string[], shown: RegExp) {
      await using tunnel = await startTunnel(rookery.url, join(home, "tunnel.sock"));
      const command = [process.execPath, PROGRAM, ...args, "--host", tunnel.url];
      const running = runAtTerminal(command, { cwd: home, env: { HOME: home, ROOKERY_TOKEN: token } });
      const [, amount] = await running.until(shown);
      tunnel.open();
      return { amount: Number(amount), ...(await running.end()) };
    }

    const code = "module.exports.default = { setup() {} };";
    const large = writeBundle({
      manifest: {
        ...{ id: "org.example.large", version: "1.0.0", name: "Large", description: "Large" },
        ...{ license: "MIT", rookery: "*", main: "plugin.js" },
      },
      ...{ code, extra: { LICENSE: randomBytes(MEGABYTES * 1_000_000) } },
    });
    await writeFile(join(home, "large.mbp"), large);
    const uploaded = await run(
      ["upload", "large.mbp"],
      /\rUploading {2}━+─+ +[1-9]\d? % {2}[\d.]+ MB of 9\.0 MB {2}[\d.]+ MB\/s/,
    );
    expect([uploaded.code, uploaded.screen]).toEqual([
      0,
      expect.stringMatching(/^Large 1\.0\.0 \(org\.example\.large\)\nSHA-256 [0-9a-f]{64}\n$/),
    ]);

    // How much it is nobody knows before it is zipped.
    const exported = await run(
      ["export", "stored", "-o", "stored.tar.gz"],
      /\rExporting {2}(?!0\.0)([\d.]+) MB {2}[\d.]+ MB\/s/,
    );
    expect([exported.code, exported.screen]).toEqual([0, "stored is in stored.tar.gz.\n"]);
    expect(exported.amount).toBeLessThan(MEGABYTES);

    const imported = await run(
      ["import", "stored.tar.gz", "--account", account.id, "--id", "again"],
      /\rImporting {2}━+─+ +[1-9]\d? % {2}[\d.]+ MB of \d+\.\d MB {2}[\d.]+ MB\/s/,
    );
    expect([imported.code, imported.screen]).toEqual([0, "again: stopped\n"]);
    const sql = "SELECT sum(length(value)) FROM stored";
    const { rows } = await rookery.api<DatabaseRows>("POST", "/instances/again/database/query", { sql });
    expect(rows).toEqual([[MEGABYTES * 2_000_000]]);
  });
});
