import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { AppError } from "../errors.ts";
import type { MatrixHttp } from "../matrix/http.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { InstanceRow } from "../store/instances.ts";
import { createKeyValueStore } from "../store/key-value.ts";
import type { Accounts } from "./accounts.ts";
import type { Databases } from "./databases.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { createFiles } from "./files.ts";
import type { InstanceLogs } from "./instance-log.ts";
import type { InstanceScope } from "./instance-scope.ts";
import { limitLog } from "./limited-log.ts";
import type { Network } from "./network.ts";
import type { Programs } from "./programs.ts";
import { createRoomWriter } from "./room-writer.ts";

/** An instance's scope with what ends it. */
export interface OpenScope {
  scope: InstanceScope;
  dispose(reason: string): Promise<void>;
}

/** Makes scopes: each instance's own client, files, store and limits over what the host shares. */
export function createScopeFactory(shared: {
  accounts: AccountStore;
  running: Accounts;
  dispatcher: Dispatcher;
  logs: InstanceLogs;
  http: MatrixHttp;
  network: Network;
  programs: Programs;
  databases: Databases;
  limits: Pick<Config["limits"], "writesPerSecond" | "logLinesPerSecond" | "filesMb">;
  directoryOf: (instanceId: string) => string;
}) {
  const { accounts, running, dispatcher, logs, http, network, programs, databases, directoryOf, limits } =
    shared;

  return (
    { id, accountId }: InstanceRow,
    granted: InstanceScope["granted"],
    workerKey: string,
  ): OpenScope => {
    const account = accounts.get(accountId);
    if (!account) throw new Error(`The account of ${id} is not there.`);
    const directory = directoryOf(id);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const ending = new AbortController();
    const client = running.newClient(accountId);
    const files = createFiles(join(directory, "files"), limits.filesMb * 1024 * 1024);
    const store = createKeyValueStore(join(directory, "store.db"));
    const database = databases.open(workerKey, directory);

    const scope: InstanceScope = {
      id,
      userId: account.userId,
      directory,
      granted,
      signal: ending.signal,
      client,
      http,
      writer: createRoomWriter(
        id,
        client,
        ending.signal,
        () => running.recheck(accountId),
        limits.writesPerSecond,
      ),
      files,
      store,
      database,
      network,
      programs,
      delivery(deliveryId) {
        const found = dispatcher.running(id, deliveryId);
        if (found) return found;
        const text = "This event's handler has ended already. Await what you send before you return.";
        throw new AppError("DELIVERY_ENDED", text);
      },
      log: limitLog(limits.logLinesPerSecond, (entry) => logs.add(id, entry)),
      settle: (outcome) => dispatcher.settled(id, outcome),
    };

    return {
      scope,
      async dispose(reason) {
        ending.abort(new Error(reason));
        store.close();
        await Promise.all([database.close(), files.closeAll()]);
      },
    };
  };
}
