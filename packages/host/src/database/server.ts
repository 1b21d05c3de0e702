import { deserialize, serialize } from "node:v8";
import type { DatabaseAnswer, DatabaseRequest } from "@rookery/plugin-sdk/protocol";
import {
  askDatabase,
  copyDatabase,
  listTables,
  migrateDatabase,
  type OperatorQuestion,
  openPluginDatabase,
  type PluginDatabase,
  tooNew,
} from "@rookery/plugin-sdk/sqlite";
import { isRequest } from "./request.ts";

/** What the host asks of a database process; `file` is the instance's database. */
export type DatabaseCall =
  | { kind: "execute"; file: string; known: number; question: Uint8Array }
  | { kind: "version"; file: string }
  | { kind: "migrate"; file: string; migrations: string[] }
  | { kind: "ask"; file: string; question: OperatorQuestion }
  | { kind: "tables"; file: string }
  | { kind: "copy"; file: string; to: string }
  | { kind: "close"; file: string };

/** Keeps the databases of a plugin's instances open and answers what they ask. */
export function createDatabaseServer(megabytes: number) {
  const open = new Map<string, PluginDatabase>();

  function opened(file: string): PluginDatabase {
    const found = open.get(file) ?? openPluginDatabase(file, megabytes);
    open.set(file, found);
    return found;
  }

  function close(file: string): null {
    const found = open.get(file);
    open.delete(file);
    found?.close();
    return null;
  }

  function execute(file: string, known: number, request: DatabaseRequest): DatabaseAnswer {
    if (!open.has(file)) {
      const had = opened(file).version();
      if (had > known) {
        close(file);
        return { error: tooNew(had, known) };
      }
    }
    return opened(file).execute(request);
  }

  function answerTo(file: string, known: number, question: Uint8Array): DatabaseAnswer {
    try {
      const request = deserialize(question) as unknown;
      if (isRequest(request)) return execute(file, known, request);
      return { error: "A statement has at most 100,000 characters and 1,000 parameters." };
    } catch (error) {
      return cannotOpen(error);
    }
  }

  function perform(call: DatabaseCall): unknown {
    switch (call.kind) {
      case "execute":
        return serialize(answerTo(call.file, call.known, call.question));
      case "version": {
        const version = opened(call.file).version();
        close(call.file);
        return version;
      }
      case "migrate": {
        const migrated = migrateDatabase(call.file, megabytes, call.migrations);
        if ("error" in migrated) return migrated;
        migrated.close();
        return { ok: null };
      }
      case "ask":
        return askDatabase(call.file, megabytes, call.question);
      case "tables":
        return listTables(call.file, megabytes);
      case "copy":
        return copyDatabase(call.file, megabytes, call.to);
      case "close":
        return close(call.file);
    }
  }

  return {
    /** Never throws: a file that cannot be opened is an answer, too. A copy is a promise. */
    handle(call: DatabaseCall): unknown {
      try {
        return perform(call);
      } catch (error) {
        return cannotOpen(error);
      }
    },
    /** Whether no transaction is under way. */
    idle: () => [...open.values()].every((database) => !database.inTransaction()),
    close() {
      for (const file of [...open.keys()]) close(file);
    },
  };
}

const cannotOpen = (error: unknown) => ({
  error: `The database cannot be opened: ${(error as Error).message}`,
});
