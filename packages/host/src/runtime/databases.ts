import { existsSync } from "node:fs";
import { join } from "node:path";
import { serialize } from "node:v8";
import type { DatabaseAnswer } from "@rookery/plugin-sdk/protocol";
import type { DatabaseTables, OperatorQuestion, OperatorRows } from "@rookery/plugin-sdk/sqlite";
import type { DatabaseCall } from "../database/server.ts";
import { AppError, reasonOf } from "../errors.ts";
import { createLimit } from "../matrix/limit.ts";
import {
  type DatabaseProcess,
  type DatabaseProcessOptions,
  startDatabaseProcess,
} from "./database-process.ts";

/** The databases that plugins make for themselves. The host never opens one: their processes do. */
export interface Databases {
  /** @param directory the instance's own */
  open(pluginId: string, directory: string): InstanceDatabase;
  /**
   * What an operator asks of an instance's database, whether it runs or not: in a process of its own, so that
   * it holds up no statement of the plugin's. Must be called in the plugin's turn, since an upgrade puts
   * other files in its place.
   *
   * @returns `null` where it has no database, or not the table
   * @throws AppError `DATABASE`: what SQLite says, or that it took too long; then nothing was changed
   */
  ask(directory: string, question: OperatorQuestion, deadlineMs?: number): Promise<OperatorRows | null>;
  /**
   * Copies an instance's database as it is now into another directory, which has none, while the plugin goes on.
   *
   * @returns whether there was one
   * @throws AppError `DATABASE`
   */
  copy(directory: string, to: string): Promise<boolean>;
  /** Likewise. */
  tables(directory: string): Promise<DatabaseTables | null>;
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
  /** For an operator's statement that reads, 5,000 unless told. */
  readMs?: number;
  /** For all of one start, 10,000 unless told. */
  migrationsMs?: number;
}

/** A process for what operators ask of one database. */
interface Spare {
  directory: string;
  process: DatabaseProcess;
  ended: boolean;
  timer: NodeJS.Timeout | undefined;
}

const SPARE_MS = 5_000;
/** Of a database as large as it may get, on a slow disk that others use as well. */
const COPY_MS = 600_000;
/** Of operators, whose processes come and go. */
const ASKED_AT_ONCE = 2;
/** A plugin's own statement waits for a writer 1.5 s. */
const WRITE_MS = 1_400;

export function createDatabases(options: DatabasesOptions): Databases {
  const { statementMs = 2_000, migrationsMs = 10_000, readMs = 5_000 } = options;
  const asking = createLimit(ASKED_AT_ONCE);
  /** One for each plugin whose instances use theirs. */
  const processes = new Map<string, DatabaseProcess>();
  const users = new Map<string, Set<InstanceDatabase>>();
  const ending = new Set<Promise<void>>();
  let spare: Spare | null = null;
  let closed = false;

  function processOf(pluginId: string): DatabaseProcess {
    const found = processes.get(pluginId);
    if (found) return found;
    const started = startDatabaseProcess(options, () => {
      if (processes.get(pluginId) === started) processes.delete(pluginId);
    });
    processes.set(pluginId, started);
    return started;
  }

  /** A process of its own: what takes long holds up no instance of the plugin. */
  async function alone(call: DatabaseCall, deadlineMs: number, works?: "last"): Promise<unknown> {
    const process = startDatabaseProcess(options, () => undefined, works);
    try {
      return await process.call(call, deadlineMs);
    } finally {
      await end(process);
    }
  }

  /** Who asks once asks again: a process waits a while for the next question about the same database. */
  async function askAlone(directory: string, call: DatabaseCall, deadlineMs: number): Promise<unknown> {
    if (!existsSync(databaseFile(directory))) return null;
    return await asking(async () => {
      const used = spare?.directory === directory ? spare : startSpare(directory);
      if (used === spare) spare = null;
      clearTimeout(used.timer);
      try {
        return await attempt(() => used.process.call(call, deadlineMs));
      } finally {
        dropSpare();
        if (!used.ended && !closed) spare = used;
        else void end(used.process);
        used.timer = setTimeout(dropSpare, SPARE_MS).unref();
      }
    });
  }

  function startSpare(directory: string): Spare {
    const started: Spare = {
      ...{ directory, ended: false, timer: undefined },
      process: startDatabaseProcess(options, () => {
        started.ended = true;
      }),
    };
    return started;
  }

  function dropSpare(): void {
    if (spare) void end(spare.process);
    spare = null;
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
          await attempt(() => alone({ kind: "migrate", file, migrations }, migrationsMs));
        },

        async close() {
          const others = users.get(pluginId);
          others?.delete(database);
          const process = processes.get(pluginId);
          if (!process) return;
          if (others && others.size > 0) {
            // A process that ended has closed its files, too; those who ask it next are told.
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

    async copy(directory, to) {
      const [file, copied] = [databaseFile(directory), databaseFile(to)];
      if (!existsSync(file)) return false;
      await attempt(() => alone({ kind: "copy", file, to: copied }, COPY_MS, "last"));
      return true;
    },

    async ask(directory, question, deadlineMs = readMs) {
      const write = "sql" in question && question.write;
      const call = { kind: "ask", file: databaseFile(directory), question } as const;
      return (await askAlone(directory, call, write ? WRITE_MS : deadlineMs)) as OperatorRows | null;
    },

    async tables(directory) {
      const call = { kind: "tables", file: databaseFile(directory) } as const;
      return (await askAlone(directory, call, readMs)) as DatabaseTables | null;
    },

    async close() {
      closed = true;
      dropSpare();
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
