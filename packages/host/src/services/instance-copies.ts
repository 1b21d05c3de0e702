import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { finished, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { lt } from "semver";
import { AppError } from "../errors.ts";
import { type Databases, databaseFile } from "../runtime/databases.ts";
import type { Turns } from "../runtime/turns.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { InstanceRow, InstanceStore } from "../store/instances.ts";
import { putAt } from "../store/json-pointer.ts";
import { createKeyValueStore } from "../store/key-value.ts";
import type { PluginRow, PluginStore } from "../store/plugins.ts";
import { copyDatabase } from "../store/snapshots.ts";
import type { Staging } from "../store/staging.ts";
import { broken } from "../store/tar.ts";
import { VERSION } from "../version.ts";
import { type DataName, type ExportManifest, readExport, writeExport } from "./export-file.ts";
import type { InstanceService, InstanceView } from "./instances.ts";
import { boxOf, newSalt } from "./passphrase.ts";

export interface Duplicate {
  from: string;
  id: string;
  /** The same one unless told. */
  accountId?: string;
  /** With its database and its key-value store. */
  data?: boolean;
  enabled?: boolean;
}

export interface Import {
  accountId: string;
  /** As it was called unless told. */
  id?: string;
  enabled?: boolean;
  passphrase?: string;
  /** Import it without the secrets that it has. */
  withoutSecrets?: boolean;
}

/** Copies of instances: beside them, into a file, and out of one. */
export interface InstanceCopies {
  /** @throws AppError `NOT_FOUND`, `CONFLICT`, `DATABASE`; nothing is there then */
  duplicate(what: Duplicate): Promise<InstanceView>;
  /**
   * An instance as one file, while it runs. Its secrets are in it only where there is a passphrase to seal them with.
   *
   * @throws AppError `NOT_FOUND`, `DATABASE`
   */
  export(id: string, passphrase?: string): Promise<Readable>;
  /**
   * Makes an instance of an exported file: as a whole, or nothing of it.
   *
   * @throws AppError `EXPORT_INVALID`, `EXPORT_NEWER`, `PLUGIN_MISSING`, `PASSPHRASE_WRONG`, `TOO_LARGE`, `NOT_FOUND`,
   *   `CONFLICT`, `CONFIG_INVALID`, `DATABASE`
   */
  import(file: string, what: Import): Promise<InstanceView>;
}

const STORE_FILE = "store.db";
const LINES_AT_ONCE = 500;
const CHECK_MS = 60_000;
/** As long as the longest entry can be, written as JSON. */
const MAX_LINE = 1024 * 1024;

export function createInstanceCopies(options: {
  instances: InstanceStore;
  plugins: Pick<PluginStore, "get">;
  accounts: Pick<AccountStore, "get">;
  service: Pick<InstanceService, "adopt" | "checkFree">;
  databases: Pick<Databases, "copy" | "tables" | "ask">;
  staging: Staging;
  /** By plugin: an upgrade puts other files in the place of its databases. */
  turns: Turns;
  directoryOf: (id: string) => string;
  databaseMb: number;
}): InstanceCopies {
  const { instances, plugins, accounts, service, databases, staging, turns, directoryOf } = options;

  function row(id: string): InstanceRow {
    const found = instances.get(id);
    if (!found) throw new AppError("NOT_FOUND", `There is no instance "${id}".`);
    return found;
  }

  /** Does it in a folder that is gone afterwards, unless what is in it was moved elsewhere. */
  async function staged<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const { path, remove } = staging.make();
    try {
      return await work(path);
    } finally {
      await remove();
    }
  }

  async function copyData({ id, pluginId }: InstanceRow, folder: string): Promise<void> {
    await turns.take(pluginId, async () => {
      await databases.copy(directoryOf(id), folder);
      const store = join(directoryOf(id), STORE_FILE);
      if (existsSync(store)) await copyDatabase(store, join(folder, STORE_FILE));
    });
  }

  return {
    async duplicate({ from, id, accountId, data = false, enabled = false }) {
      const { config: _config, secrets: _secrets, ...source } = row(from);
      const next = { ...source, id, accountId: accountId ?? source.accountId, enabled };
      service.checkFree(next);
      return await staged(async (folder) => {
        if (data) await copyData(row(from), folder);
        const { config } = instances.secrets.reveal(row(from));
        return await service.adopt({ ...next, config }, data ? folder : null);
      });
    },

    async export(id, passphrase) {
      const { path, remove } = staging.make();
      try {
        const instance = row(id);
        await copyData(instance, path);
        const names: DataName[] = [];
        if (existsSync(databaseFile(path))) names.push("database.db");
        if (existsSync(join(path, STORE_FILE))) {
          await writeStore(path);
          names.push("store.jsonl");
        }
        const file = await writeExport(await manifestOf(row(id), passphrase), path, names);
        finished(file, () => void remove());
        return file;
      } catch (error) {
        await remove();
        throw error;
      }
    },

    import: (file, { accountId, id, enabled = false, ...what }) =>
      staged(async (folder) => {
        const manifest = await readExport(file, folder, options.databaseMb * 1024 * 1024);
        const { instance, data } = manifest;
        const plugin = pluginFor(manifest);
        const next = { ...instance, id: id ?? instance.id, pluginId: plugin.id, accountId, enabled };
        service.checkFree(next);
        const opened = await secretsOf(manifest, what);
        const config = structuredClone(instance.config);
        for (const [pointer, value] of opened) putAt(config, pointer, value);
        const names = data.map(({ name }) => name);
        if (names.includes("database.db")) await checkDatabase(folder);
        if (names.includes("store.jsonl")) await readStore(folder);
        const incomplete = opened.size < instance.secretSettings.length;
        return await service.adopt({ ...next, config }, folder, incomplete);
      }),
  };

  async function manifestOf(instance: InstanceRow, passphrase: string | undefined) {
    const { id, config, secrets, catchUpSeconds, withheld, rooms, pluginId, accountId } = instance;
    const plugin = plugins.get(pluginId);
    const salt = newSalt();
    const box = passphrase === undefined ? null : await boxOf(passphrase, salt);
    const sealed = Object.entries(secrets).map(([pointer, secret]) => {
      const value = box ? instances.secrets.open(id, pointer, secret) : "";
      return [pointer, box?.seal(value, pointer).toString("base64") ?? ""] as const;
    });
    return {
      ...{ rookery: VERSION, exportedAt: new Date().toISOString() },
      plugin: { id: pluginId, version: plugin?.version ?? "", sha256: plugin?.sha256 ?? "" },
      accountUserId: accounts.get(accountId)?.userId ?? "",
      instance: { id, config, secretSettings: Object.keys(secrets), catchUpSeconds, withheld, rooms },
      secrets: box && { salt: salt.toString("base64"), sealed: Object.fromEntries(sealed) },
    };
  }

  /** The plugin that can go on with the data: its own version, or a newer one, which brings the migrations. */
  function pluginFor({ plugin: { id, version, sha256 } }: ExportManifest): PluginRow {
    const found = plugins.get(id);
    const wanted = `${id} ${version} (SHA-256 ${sha256})`;
    if (!found) {
      throw new AppError("PLUGIN_MISSING", `The instance is one of ${wanted}. Upload that plugin first.`);
    }
    if (found.sha256 !== sha256 && isOlder(found.version, version)) {
      const text = `The instance is one of ${wanted}, and ${found.version} is installed. Upgrade the plugin first.`;
      throw new AppError("PLUGIN_MISSING", text);
    }
    return found;
  }

  async function checkDatabase(folder: string): Promise<void> {
    await databases.tables(folder);
    const check = { sql: "PRAGMA quick_check(1)", params: [], write: false };
    const found = await databases.ask(folder, { ...check, offset: 0, rows: 1, bytes: 1_000 }, CHECK_MS);
    const [said] = found?.rows[0] ?? [];
    if (said !== "ok") throw broken(`its database is damaged: ${said}`);
  }
}

async function secretsOf(
  { secrets }: ExportManifest,
  { passphrase, withoutSecrets = false }: Pick<Import, "passphrase" | "withoutSecrets">,
): Promise<Map<string, string>> {
  if (!secrets || withoutSecrets) return new Map();
  if (passphrase === undefined) {
    const text =
      "It has secrets, sealed with a passphrase. Give the passphrase, or import it without its secrets.";
    throw new AppError("PASSPHRASE_WRONG", text);
  }
  const box = await boxOf(passphrase, Buffer.from(secrets.salt, "base64"));
  try {
    const entries = Object.entries(secrets.sealed);
    return new Map(entries.map(([at, sealed]) => [at, box.open(Buffer.from(sealed, "base64"), at)]));
  } catch (cause) {
    throw new AppError("PASSPHRASE_WRONG", "Its secrets do not open with this passphrase.", { cause });
  }
}

function isOlder(installed: string, exported: string): boolean {
  try {
    return lt(installed, exported);
  } catch (cause) {
    throw new AppError("EXPORT_INVALID", `"${exported}" is no version of a plugin.`, { cause });
  }
}

/** The key-value store as lines of JSON: nobody has to open a database that came from elsewhere. */
async function writeStore(folder: string): Promise<void> {
  const store = createKeyValueStore(join(folder, STORE_FILE));
  function* lines() {
    let after = "";
    for (;;) {
      const entries = store.after(after, LINES_AT_ONCE);
      if (entries.length === 0) return;
      yield entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
      after = entries.at(-1)?.key ?? "";
    }
  }
  try {
    await pipeline(Readable.from(lines()), createWriteStream(join(folder, "store.jsonl"), { mode: 0o600 }));
  } finally {
    store.close();
  }
}

/** Makes the store of what was read, and removes that. @throws AppError `EXPORT_INVALID`, `LIMIT` */
async function readStore(folder: string): Promise<void> {
  const file = join(folder, "store.jsonl");
  const store = createKeyValueStore(join(folder, STORE_FILE));
  let batch: { key: string; json: string }[] = [];
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      batch.push(entryIn(line));
      if (batch.length < LINES_AT_ONCE) continue;
      store.setAll(batch);
      batch = [];
    }
    store.setAll(batch);
  } finally {
    store.close();
  }
  await rm(file);
}

function entryIn(line: string): { key: string; json: string } {
  try {
    if (line.length > MAX_LINE) throw new RangeError("a line is too long");
    const { key, json } = JSON.parse(line) as { key: unknown; json: unknown };
    if (typeof key !== "string" || typeof json !== "string" || key === "" || key.length > 512) {
      throw new TypeError("an entry has a key and a value");
    }
    JSON.parse(json);
    return { key, json };
  } catch (error) {
    throw broken(`an entry of its store is none: ${(error as Error).message}`);
  }
}
