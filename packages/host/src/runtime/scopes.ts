import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { AppError } from "../errors.ts";
import type { MatrixHttp } from "../matrix/http.ts";
import { createUploadLimit } from "../matrix/upload-limit.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { CreatedRoomStore } from "../store/created-rooms.ts";
import type { ImpersonatedUserStore } from "../store/impersonated-users.ts";
import type { InstanceRow, InstanceStore } from "../store/instances.ts";
import { createKeyValueStore } from "../store/key-value.ts";
import type { PluginStore } from "../store/plugins.ts";
import type { Accounts } from "./accounts.ts";
import { groupCommands } from "./command-groups.ts";
import type { Databases } from "./databases.ts";
import { noteCall } from "./delivery-trace.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { FilesOfAll } from "./files-of-all.ts";
import { createImpersonation } from "./impersonation.ts";
import type { InstanceHealth } from "./instance-health.ts";
import type { InstanceLogs } from "./instance-log.ts";
import { limitNetwork } from "./instance-network.ts";
import { limitPrograms } from "./instance-programs.ts";
import type { InstanceScope } from "./instance-scope.ts";
import { knownRoom } from "./known-room.ts";
import { limitLog } from "./limited-log.ts";
import { createLiveGrants } from "./live-grants.ts";
import type { Network } from "./network.ts";
import type { PermissionUses } from "./permission-use.ts";
import type { Granted } from "./permissions.ts";
import type { Pictures } from "./pictures.ts";
import type { Programs } from "./programs.ts";
import { RoomBoundClient, type Seal } from "./room-bound-client.ts";
import { createRoomOnce } from "./room-creation.ts";
import { createRoomWriter, type WriteStats } from "./room-writer.ts";
import { sealAs } from "./seal-as.ts";
import type { SubscriptionTable } from "./subscriptions.ts";
import { createWebSockets } from "./web-sockets.ts";
import type { Webhooks } from "./webhooks.ts";

/** An instance's scope with what ends it. */
export interface OpenScope {
  scope: InstanceScope;
  /** What the operator grants from now on, and in which rooms; `null` for all of its account's. */
  change(granted: Granted, rooms: readonly string[] | null): void;
  dispose(reason: string): Promise<void>;
}

/** Makes scopes: each instance's own client, files, store and limits over what the host shares. */
export function createScopeFactory(shared: {
  accounts: AccountStore;
  instances: InstanceStore;
  plugins: PluginStore;
  created: CreatedRoomStore;
  impersonated: ImpersonatedUserStore;
  uses: PermissionUses;
  subscriptions: SubscriptionTable;
  running: Accounts;
  dispatcher: Dispatcher;
  webhooks: Pick<Webhooks, "running" | "settled">;
  logs: InstanceLogs;
  health: InstanceHealth;
  http: MatrixHttp;
  network: Network;
  programs: Programs;
  databases: Databases;
  pictures: Pictures;
  filesOfAll: FilesOfAll;
  limits: Pick<Config["limits"], "writesPerSecond" | "logLinesPerSecond">;
  directoryOf: (instanceId: string) => string;
  /** 1,500 unless told. */
  previewPatienceMs?: number;
}) {
  const { accounts, instances, plugins, created, impersonated, uses, subscriptions, limits } = shared;
  const { previewPatienceMs = 1_500 } = shared;
  const { running, dispatcher, webhooks, logs, health, http, network, programs } = shared;
  const { databases, pictures, filesOfAll, directoryOf } = shared;

  return (
    { id, accountId, ...row }: InstanceRow,
    granted: Granted,
    workerKey: string,
    stats?: WriteStats,
  ): OpenScope => {
    const account = accounts.get(accountId);
    if (!account) throw new Error(`The account of ${id} is not there.`);
    const directory = directoryOf(id);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const ending = new AbortController();
    let rooms: readonly string[] | null = row.rooms;
    const checkRoom = (roomId: string) => {
      if (rooms?.includes(roomId) ?? true) return;
      throw new AppError("PERMISSION_DENIED", `The operator did not let this instance act in ${roomId}.`);
    };
    const sealOwn: Seal = (roomId, type, content) => running.seal(accountId, roomId, type, content);
    const seal: Seal = (roomId, type, content, as) => {
      if (as === undefined) return sealOwn(roomId, type, content);
      const { userId } = account;
      const of = { userId, rooms: running.rooms(accountId), client, seal: sealOwn };
      return sealAs(of, as, { roomId, type, content });
    };
    const client = new RoomBoundClient(running.newClient(accountId), http, checkRoom, seal);
    const grants = createLiveGrants(granted, (permission, value) => uses.note(id, permission, value));
    const writer = createRoomWriter(
      id,
      client,
      ending.signal,
      () => running.recheck(accountId),
      limits.writesPerSecond,
      stats,
    );
    const impersonation = createImpersonation({
      ...{ account, client, grants, users: impersonated, isAccount: running.isOwn, signal: ending.signal },
    });
    const files = filesOfAll.open(id, join(directory, "files"));
    const store = createKeyValueStore(join(directory, "store.db"));
    const database = databases.open(workerKey, directory);
    const webSockets = createWebSockets();

    const scope: InstanceScope = {
      id,
      userId: account.userId,
      directory,
      get granted() {
        return grants.now;
      },
      grants,
      signal: ending.signal,
      client,
      http,
      writer,
      impersonation,
      room(roomId) {
        checkRoom(roomId);
        return knownRoom(running.rooms(accountId), roomId);
      },
      files,
      decodePicture: (picture, isWanted) => pictures.preview(workerKey, picture, isWanted),
      previewPatienceMs,
      store,
      database,
      network: limitNetwork(network),
      webSockets,
      programs: limitPrograms(programs),
      commands: (roomId) =>
        groupCommands(subscriptions.commands(accountId, roomId), (instanceId) => {
          const pluginId = instances.get(instanceId)?.pluginId ?? "";
          return plugins.get(pluginId)?.manifest.name ?? pluginId;
        }),
      async makeRoom(delivery, body) {
        const txnId = writer.nextTxnId(delivery);
        // Not bound to rooms: where an answer was lost, the room is in none of the operator's lists.
        const unbound = running.newClient(accountId);
        const roomId = await createRoomOnce(
          { instanceId: id, client: unbound, created, txnId, answered: writer.answered },
          body,
        );
        if (rooms && !rooms.includes(roomId)) {
          rooms = [...rooms, roomId];
          instances.setRooms(id, rooms);
          subscriptions.limit(id, rooms);
        }
        return roomId;
      },
      delivery(deliveryId) {
        const found = dispatcher.running(id, deliveryId) ?? webhooks.running(id, deliveryId);
        if (found) return found;
        const text = "This event's handler has ended already. Await what you send before you return.";
        throw new AppError("DELIVERY_ENDED", text);
      },
      noteCall(deliveryId, method) {
        const found = dispatcher.running(id, deliveryId);
        return found && noteCall(found, method);
      },
      uploadLimit: createUploadLimit(client),
      tellHealth({ check, ok, message }) {
        const told = { check, ok, message: logs.redaction.clean(id, message) };
        if (health.set(id, told)) return;
        logs.add(id, {
          level: "warn",
          message: `It has too many checks of its health; ${check} is left out.`,
        });
      },
      log: limitLog(limits.logLinesPerSecond, (entry) => logs.add(id, entry)),
      settle(outcome) {
        if (!webhooks.settled(id, outcome)) dispatcher.settled(id, outcome);
      },
    };

    return {
      scope,
      change(next, roomsNow) {
        rooms = roomsNow;
        grants.change(next);
      },
      async dispose(reason) {
        ending.abort(new Error(reason));
        health.forget(id);
        store.close();
        webSockets.closeAll();
        await Promise.all([database.close(), files.closeAll()]);
      },
    };
  };
}
