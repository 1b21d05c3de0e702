import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { CreatedApiToken, Instance } from "@rookery/host/api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Availability, onPath } from "./available.ts";
import { describeWith } from "./describe-with.ts";
import { blocksUnder } from "./documents/blocks.ts";
import { createReader, type Reader } from "./documents/reader.ts";
import { OPERATOR, type Rookery, startRookery } from "./rookery/rookery.ts";

const DATA = "/var/lib/rookery";
const namespaces: Availability =
  spawnSync("unshare", ["-rn", "true"]).status === 0
    ? { available: true }
    : { available: false, reason: "a process may not have a network of its own here" };

const age: Availability = onPath("age-keygen")
  ? { available: true }
  : { available: false, reason: "age is not on the PATH" };

/** What docs/operating.md has an operator type around a host's data, typed. */
describe("a host whose operator does what the documents say", () => {
  let root: string;
  let rookery: Rookery;
  let reader: Reader;
  let before: string[];

  const instances = async () =>
    (await rookery.api<Instance[]>("GET", "/instances")).map(({ id, config }) =>
      JSON.stringify({ id, config }),
    );

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "rookery-documents-"));
    await mkdir(join(root, DATA), { recursive: true, mode: 0o700 });
    rookery = await startRookery({
      args: ["--playground"],
      env: { ROOKERY_DATA_DIR: join(root, DATA), ROOKERY_LOG_LEVEL: "error" },
    });
    before = await instances();
    const token = { name: "backups", role: "admin", days: 1 };
    const made = await rookery.api<CreatedApiToken>("POST", "/tokens", token);
    const env = { ROOKERY_HOST: rookery.url, ROOKERY_TOKEN: made.token };
    reader = await createReader(root, [], env);
    for (const folder of ["/mnt", "/safe/place"]) await mkdir(reader.at(folder), { recursive: true });
    await copyFile(reader.at(`${DATA}/secret.key`), reader.at("/safe/place/secret.key"));
  });
  afterAll(async () => {
    await rookery?.dispose();
    await rm(root, { recursive: true, force: true });
  });

  it("makes a backup, verifies it, and restores it with what was there before beside it", async () => {
    let whole = "";
    for (const block of blocksUnder("docs/operating.md", "## Backups")) whole = await reader.follow(block);
    expect(whole).toContain(`${reader.at("/mnt/rookery.tar.zst")} is whole: of `);

    const [file = ""] = (await readdir(root)).filter((name) => name.startsWith("rookery-"));
    await rookery.stop();
    const told = await createReader(root, [["rookery-2026-11-26T03-00-00.000Z.tar.zst", file]]);
    const [restore, key] = blocksUnder("docs/operating.md", "### Restore");
    expect(await told.follow(restore)).toContain("What was there before is ");
    await told.follow(key);
    await rookery.start();
    expect(await instances()).toEqual(before);
  });

  describeWith([namespaces], "in a host without a network", () => {
    it("tries the newest backup, with what is in it", async () => {
      const [restore, serve, logIn] = blocksUnder("docs/operating.md", "### Restore").slice(2);
      const [newest = ""] = (await readdir(root)).filter((name) => name.startsWith("rookery-"));
      await copyFile(join(root, newest), join(root, "newest.tar.zst"));
      await copyFile(reader.at("/safe/place/secret.key"), join(root, "secret.key"));
      const drill = await createReader(root, [
        ["node packages/cli/bin/rookery.mjs", "rookery"],
        ["drill.sock && ", `drill.sock --user ${OPERATOR.name} && `],
      ]);
      await drill.follow(restore);
      const host = await drill.start(serve, /^Rookery listens at /m);
      expect(await drill.follow(logIn, OPERATOR.password)).toMatch(/^hello +/m);
      await host.end();
    });
  });

  describeWith([age], "with age, the program", () => {
    it("makes an encrypted backup, verifies it and restores it", async () => {
      const printed: string[] = [];
      for (const block of blocksUnder("docs/operating.md", "### Encrypted backups"))
        printed.push(await reader.follow(block));
      expect(printed.at(-2)).toContain("sealed.tar.zst.age is whole: of ");
      expect(printed.at(-1)).toContain(`${reader.at("/var/lib/restored")} is as it was at `);
    });
  });

  it("goes back from a newer version, which the older one names, with the copy that it made", async () => {
    await rookery.stop();
    const file = reader.at(`${DATA}/rookery.db`);
    const db = new DatabaseSync(file);
    const { user_version: schema } = db.prepare("PRAGMA user_version").get() as { user_version: number };
    // As the newer version does before it begins.
    db.prepare("VACUUM INTO ?").run(`${file}.schema-${schema}`);
    db.exec("PRAGMA user_version = 99; UPDATE setting SET value = '9.9.9' WHERE key = 'rookery-version'");
    db.close();
    const refused = `written by a newer Rookery 9.9.9 (schema 99; this one knows ${schema}). Start the newer version, or put ${file}.schema-${schema} in its place`;
    await expect(rookery.start()).rejects.toThrow(refused);

    const told = await createReader(root, [["schema-17", `schema-${schema}`]]);
    for (const block of blocksUnder("docs/operating.md", "### Upgrade Rookery, and go back"))
      await told.follow(block);
    await rookery.start();
    expect(await instances()).toEqual(before);
  });
});
