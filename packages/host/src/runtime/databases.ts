import { existsSync } from "node:fs";
import { join } from "node:path";
import { serialize } from "node:v8";
import type { DatabaseAnswer } from "@rookery/plugin-sdk/protocol";
import { AppError, reasonOf } from "../errors.ts";
import {
  type DatabaseProcess,
  type DatabaseProcessOptions,
  startDatabaseProcess,
} from "./database-process.ts";

/** The databases that plugins make for themselves. The host never opens one: their processes do. */
export interface Databases {
  /** @param directory the instance's own */
  open(pluginId: string, directory: string): InstanceDatabase;
  close(): Promise<void>;
}

export interface InstanceDatabase {
  /**
   * What the instance asked, and the answer, both as the bytes that the worker and the database's
   * process exchange; never rejects. The file is made when it is first used.
   */
  execute(question: Uint8Array): Promise<Uint8Array>;
  /**
   * Runs the migrations that the database has not had, in one transaction, after a snapshot.
   *
   * @throws AppError `DATABASE` that names the migration and SQLite's error; the data is as it was
   */
  migrate(migrations: string[]): Promise<void>;
  close(): Promise<void>;
}

/** An answer that the host itself gives. */
export const toAnswer = (answer: DatabaseAnswer): Uint8Array => serialize(answer);

/** An instance's database in its directory. SQLite puts `-wal` and `-shm` beside it, a migration `.before-<n>`. */
export const databaseFile = (directory: string): string => join(directory, "database.db");

export interface DatabasesOptions extends DatabaseProcessOptions {
  /** 2,000 unless told: the worker stands still meanwhile. */
  statementMs?: number;
  /** For all of one start, 10,000 unless told. */
  migrationsMs?: number;
}

export function createDatabases(options: DatabasesOptions): Databases {
  const { statementMs = 2_000, migrationsMs = 10_000 } = options;
  /** One for each plugin whose instances use theirs. */
  const processes = new Map<string, DatabaseProcess>();
  const users = new Map<string, Set<InstanceDatabase>>();
  const ending = new Set<Promise<void>>();

  function processOf(pluginId: string): DatabaseProcess {
    const found = processes.get(pluginId);
    if (found) return found;
    const started = startDatabaseProcess(options, () => {
      if (processes.get(pluginId) === started) processes.delete(pluginId);
    });
    processes.set(pluginId, started);
    return started;
  }

  /** A process of its own: a long migration holds up no other instance of the plugin. */
  async function migrateAlone(file: string, migrations: string[]): Promise<unknown> {
    const alone = startDatabaseProcess(options, () => undefined);
    try {
      return await alone.call({ kind: "migrate", file, migrations }, migrationsMs);
    } finally {
      await alone.end();
    }
  }

  function end(process: DatabaseProcess): Promise<void> {
    const work = process.end().finally(() => ending.delete(work));
    ending.add(work);
    return work;
  }

  return {
    open(pluginId, directory) {
      const file = databaseFile(directory);
      let known = 0;

      const database: InstanceDatabase = {
        async execute(question) {
          try {
            const call = { kind: "execute", file, known, question } as const;
            return (await processOf(pluginId).call(call, statementMs)) as Uint8Array;
          } catch (error) {
            return toAnswer({ error: reasonOf(error) });
          }
        },

        async migrate(migrations) {
          known = migrations.length;
          if (existsSync(file)) {
            const had = await attempt(() => processOf(pluginId).call({ kind: "version", file }, statementMs));
            if (had === known) return;
          }
          await attempt(() => migrateAlone(file, migrations));
        },

        async close() {
          const others = users.get(pluginId);
          others?.delete(database);
          const process = processes.get(pluginId);
          if (!process) return;
          if (others && others.size > 0) {
            await process.call({ kind: "close", file }, statementMs).catch(() => undefined);
            return;
          }
          users.delete(pluginId);
          await end(process);
        },
      };
      const others = users.get(pluginId) ?? new Set();
      users.set(pluginId, others.add(database));
      return database;
    },

    async close() {
      for (const process of [...processes.values()]) void end(process);
      await Promise.all(ending);
    },
  };
}

async function attempt(work: () => Promise<unknown>): Promise<unknown> {
  let answer: unknown;
  try {
    answer = await work();
  } catch (cause) {
    throw new AppError("DATABASE", reasonOf(cause), { cause });
  }
  if (typeof answer === "object" && answer !== null && "error" in answer) {
    throw new AppError("DATABASE", String(answer.error));
  }
  return answer;
}
