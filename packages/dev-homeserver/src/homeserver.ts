import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { openAppservices } from "./accounts/appservices.ts";
import { createInteractiveAuth } from "./accounts/interactive-auth.ts";
import { createLoginTokens } from "./accounts/login-tokens.ts";
import { createPasswordAuth } from "./accounts/password-auth.ts";
import { openSessions } from "./accounts/sessions.ts";
import { createHttpServer } from "./http/server.ts";
import { openMedia } from "./media/media.ts";
import type { DevHomeserver, DevHomeserverOptions } from "./options.ts";
import { createClientEvents } from "./rooms/client-event.ts";
import type { MemberContent } from "./rooms/create-room.ts";
import { createInjector } from "./rooms/inject.ts";
import { createRateLimiter } from "./rooms/rate-limit.ts";
import { openRooms } from "./rooms/rooms.ts";
import { createTimelines } from "./rooms/timeline.ts";
import { injectRoutes } from "./routes/inject.ts";
import { allRoutes } from "./routes/routes.ts";
import type { Services } from "./services.ts";
import { createAccountDataStore } from "./store/account-data.ts";
import { createAccountStore } from "./store/accounts.ts";
import { openDatabase } from "./store/database.ts";
import { createDeviceKeyStore } from "./store/device-keys.ts";
import { createDeviceListChangeStore } from "./store/device-list-changes.ts";
import { createEventStore } from "./store/events.ts";
import { createFilterStore } from "./store/filters.ts";
import { createKeyBackupStore } from "./store/key-backups.ts";
import { createMediaStore } from "./store/media.ts";
import { createOneTimeKeyStore } from "./store/one-time-keys.ts";
import { createReceiptStore } from "./store/receipts.ts";
import { createRelationStore } from "./store/relations.ts";
import { createRoomStore } from "./store/rooms.ts";
import { openStream } from "./store/stream.ts";
import { createToDeviceStore } from "./store/to-device.ts";
import { createDeviceLists } from "./sync/device-lists.ts";
import { createRoomSync } from "./sync/room-sync.ts";
import { createSync } from "./sync/sync.ts";
import { createTyping } from "./sync/typing.ts";
import { createWaiters } from "./sync/waiters.ts";

/** How long requests may take to finish, in milliseconds, once the server is closed. */
const GRACE = 2000;

/**
 * Starts a Matrix homeserver **for development** on 127.0.0.1: playground, plugin tests, benchmarks.
 * It federates with nobody, hashes and signs no events, and must never face a network.
 * @throws Error when the port is taken, or the data directory belongs to another server name or a newer version
 */
export async function startDevHomeserver(options: DevHomeserverOptions): Promise<DevHomeserver> {
  const { dataDir, port = 0, serverName = "dev.localhost", registration = "open" } = options;
  const {
    maxUploadBytes = 50 * 1024 * 1024,
    rateLimit,
    singleSignOn,
    inject = false,
    appservices: registrations = [],
    log = () => {},
  } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const database = openDatabase(join(dataDir, "homeserver.db"));
  const stream = openStream(database, serverName);
  const events = createEventStore(database);
  const roomStore = createRoomStore(database);
  const accountStore = createAccountStore(database);
  const accountData = createAccountDataStore(database);
  const receipts = createReceiptStore(database);
  const toDevice = createToDeviceStore(database);
  const deviceKeys = createDeviceKeyStore(database);
  const oneTimeKeys = createOneTimeKeyStore(database);
  const relations = createRelationStore(database, events);

  const waiters = createWaiters(database);
  const rooms = openRooms({ events, rooms: roomStore, stream, wake: waiters.wake });
  const typing = createTyping(stream, (roomId) => {
    for (const userId of rooms.room(roomId)?.joined ?? []) waiters.wake(userId);
  });
  const deviceLists = createDeviceLists({
    rooms,
    changes: createDeviceListChangeStore(database),
    stream,
    wake: waiters.wake,
  });
  const sessions = openSessions(accountStore, ({ userId, deviceKey }) => {
    oneTimeKeys.removeOf(deviceKey);
    if (deviceKeys.removeOfDevice(deviceKey)) deviceLists.note(userId);
  });
  const appservices = openAppservices(registrations, { serverName, accountStore, sessions });
  const timelines = createTimelines(events);
  const clientEvents = createClientEvents(events, relations);
  const roomSync = createRoomSync({ events, timelines, clientEvents });

  const memberContent: MemberContent = (userId, membership, extra = {}) => {
    const user = accountStore.user(userId);
    const profile = {
      ...(user?.display_name ? { displayname: user.display_name } : {}),
      ...(user?.avatar_url ? { avatar_url: user.avatar_url } : {}),
    };
    return { ...extra, ...profile, membership };
  };

  const injector = createInjector({ rooms });
  const services: Services = {
    serverName,
    accountStore,
    sessions,
    appservices,
    interactiveAuth: createInteractiveAuth(registration),
    loginTokens: createLoginTokens(),
    checkPassword: createPasswordAuth(accountStore),
    singleSignOn,
    events,
    relations,
    roomStore,
    rooms,
    memberContent,
    timelines,
    clientEvents,
    takeMessage: rateLimit ? createRateLimiter(rateLimit) : () => {},
    stream,
    accountData,
    receipts,
    filters: createFilterStore(database),
    toDevice,
    deviceKeys,
    oneTimeKeys,
    deviceLists,
    keyBackups: createKeyBackupStore(database),
    typing,
    waiters,
    onSync: injector.onSync,
    sync: createSync({
      ...{ rooms, stream, typing, accountData, receipts, roomStore, roomSync },
      ...{ toDevice, oneTimeKeys, deviceLists },
    }),
    mediaStore: createMediaStore(database),
    media: await openMedia(join(dataDir, "media"), maxUploadBytes),
  };
  const server = createHttpServer({
    routes: [...allRoutes(services), ...(inject ? injectRoutes(injector) : [])],
    sessions,
    appservices,
    database,
    onFailure: (error, request) => log(`development homeserver: ${request} failed`, error),
  });

  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
  } catch (error) {
    database.close();
    throw error;
  }
  const listening = (server.address() as AddressInfo).port;
  const url = `http://127.0.0.1:${listening}`;
  log(`development homeserver ${serverName} listens on ${url}; never use it for production`);

  return {
    url,
    port: listening,
    serverName,
    inject: injector.inject,
    async close() {
      typing.close();
      const closed = new Promise((resolve) => server.close(resolve));
      waiters.end();
      const impatience = setTimeout(() => server.closeAllConnections(), GRACE);
      await closed;
      clearTimeout(impatience);
      database.close();
    },
  };
}
