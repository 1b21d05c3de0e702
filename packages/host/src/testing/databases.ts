import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { findAssets } from "../assets.ts";
import { createDatabases, type DatabasesOptions, type InstanceDatabase } from "../runtime/databases.ts";
import { temporaryDirectory } from "./temporary-directory.ts";
import { startTestWorker } from "./worker.ts";

/** Real workers whose instances have real databases, each in a directory of its own. */
export function openTestDatabases({ megabytes = 4, ...deadlines }: Partial<DatabasesOptions> = {}) {
  const directory = temporaryDirectory();
  const databases = createDatabases({ file: findAssets().database, directory, megabytes, ...deadlines });
  onTestFinished(() => databases.close());

  function directoryOf(instanceId: string): string {
    const path = join(directory, instanceId);
    mkdirSync(path, { recursive: true });
    return path;
  }

  return {
    ...{ databases, directory, directoryOf },
    /** A worker of a plugin; what its instances write to their logs is in `logs`. */
    worker(pluginId: string, code: string) {
      const open = new Map<string, InstanceDatabase>();
      const of = (instanceId: string) => {
        const found = open.get(instanceId) ?? databases.open(pluginId, directoryOf(instanceId));
        open.set(instanceId, found);
        return found;
      };
      const logs: string[] = [];
      const replies: string[] = [];
      const worker = startTestWorker(code, {
        pluginId,
        methods: {
          "log.write": ({ message }: { message: string }) => void logs.push(message),
          "delivery.settle": () => undefined,
          "event.send": ({ content }: { content: { body: string } }) => {
            replies.push(content.body);
            return { eventId: "$sent" };
          },
          "database.migrate": async ({ migrations }: { migrations: string[] }, instanceId: string) => {
            await of(instanceId).migrate(migrations);
            return null;
          },
        },
        database: (instanceId, question) => of(instanceId).execute(question),
      });
      return { ...worker, logs, replies, of };
    },
  };
}

/** Plugin code with this in `setup` and these migrations; `log(…)` writes JSON, `attempt(sql)` what became of it. */
export function databasePlugin(setup: string, migrations: string[] = []): string {
  return `const { definePlugin } = require("@rookery/plugin-sdk");
module.exports.default = definePlugin({ migrations: ${JSON.stringify(migrations)}, setup(bot) {
  const { database } = bot;
  const log = (value) => bot.log.info(JSON.stringify(value));
  const attempt = (sql, ...params) => {
    try { log({ rows: database.all(sql, ...params) }); } catch (error) { log({ code: error.code, message: error.message }); }
  };
  ${setup}
} });`;
}
