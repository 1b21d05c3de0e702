import { stat } from "node:fs/promises";
import type { DatabaseTables, OperatorQuestion, OperatorRows } from "@rookery/plugin-sdk/sqlite";
import { AppError } from "../errors.ts";
import { type Databases, databaseFile } from "../runtime/databases.ts";
import type { Turns } from "../runtime/turns.ts";
import type { InstanceStore } from "../store/instances.ts";

/** What is in an instance's database, whether it runs or not. */
export interface InstanceDatabaseService {
  /** `null` where its plugin has made none. @throws AppError `NOT_FOUND`, `DATABASE` */
  tables(instanceId: string): Promise<(DatabaseTables & { bytes: number }) | null>;
  /**
   * Rows of a table, or what one statement gives.
   *
   * @throws AppError `NOT_FOUND`; `DATABASE` with what SQLite says
   */
  ask(instanceId: string, question: OperatorQuestion): Promise<OperatorRows>;
}

/** Of all users: who waits holds up upgrades. */
const MAX_UNDER_WAY = 16;

export function createInstanceDatabaseService({
  instances,
  databases,
  turns,
  directoryOf,
}: {
  instances: Pick<InstanceStore, "get">;
  databases: Pick<Databases, "ask" | "tables">;
  /** By plugin: an upgrade puts other files in the place of its databases. */
  turns: Turns;
  directoryOf: (id: string) => string;
}): InstanceDatabaseService {
  let underWay = 0;

  async function inTurn<T>(instanceId: string, work: (directory: string) => Promise<T>): Promise<T> {
    const instance = instances.get(instanceId);
    if (!instance) throw new AppError("NOT_FOUND", `There is no instance "${instanceId}".`);
    if (underWay >= MAX_UNDER_WAY) {
      const text = `${MAX_UNDER_WAY} questions to databases are under way. Try again when they are answered.`;
      throw new AppError("LIMIT", text);
    }
    underWay++;
    try {
      return await turns.take(instance.pluginId, () => work(directoryOf(instanceId)));
    } finally {
      underWay--;
    }
  }

  return {
    tables: async (instanceId) =>
      await inTurn(instanceId, async (directory) => {
        const found = await databases.tables(directory);
        return found && { ...found, bytes: (await stat(databaseFile(directory))).size };
      }),

    ask: async (instanceId, question) =>
      await inTurn(instanceId, async (directory) => {
        const rows = await databases.ask(directory, question);
        if (rows) return rows;
        const what = "table" in question ? `no table "${question.table}"` : "no database yet";
        throw new AppError("NOT_FOUND", `"${instanceId}" has ${what}.`);
      }),
  };
}
