import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { ProgramConfig } from "../config/config.ts";
import { createAccounts } from "../runtime/accounts.ts";
import { createDispatcher } from "../runtime/dispatcher.ts";
import { createHostApi } from "../runtime/host-api/index.ts";
import { createInstanceLogs } from "../runtime/instance-log.ts";
import type { InstanceScope } from "../runtime/instance-scope.ts";
import { createIntake } from "../runtime/intake.ts";
import { createNetwork } from "../runtime/network.ts";
import { createPrograms } from "../runtime/programs.ts";
import { createScopeFactory, type OpenScope } from "../runtime/scopes.ts";
import { createSubscriptionTable } from "../runtime/subscriptions.ts";
import { createTestHttp, register, startTestHomeserver } from "./homeserver.ts";
import { addInstances, arrivalOf, openTestStore } from "./store.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/**
 * Two instances of one bot with all that belongs to them, real from the store to the homeserver;
 * only their worker is missing: the test calls the host's methods as a plugin would.
 */
export async function openTestScopes(
  options: { granted?: Partial<InstanceScope["granted"]>; programs?: Record<string, ProgramConfig> } = {},
) {
  const http = createTestHttp();
  const homeserver = await startTestHomeserver();
  const ada = await register(homeserver, http, "ada");
  const bot = await register(homeserver, http, "bot");
  const roomId = await ada.room([bot]);

  const store = openTestStore();
  addInstances(store, ["one", "two"]);
  const { userId, deviceId, accessToken } = bot;
  store.accounts.setLogin({ id: "account", userId, deviceId, accessToken, homeserverUrl: homeserver.url });
  const account = store.accounts.get("account");
  if (!account) throw new Error("The account was not stored.");
  const onError = () => undefined;
  const dispatcher = createDispatcher({ inbox: store.inbox, onFailed: (_entry, error) => error });
  const intake = createIntake({
    ...{ inbox: store.inbox, subscriptions: createSubscriptionTable(), isOwn: () => false, onError },
    onStored: dispatcher.arrived,
  });
  const running = createAccounts({ http, intake, onBlocked: () => undefined, onError });
  running.start(account);
  const logs = createInstanceLogs(() => undefined);
  const network = createNetwork({});
  const dataDir = temporaryDirectory();
  const directoryOf = (id: string) => join(dataDir, id);
  const openScope = createScopeFactory({
    ...{ accounts: store.accounts, running, dispatcher, logs, http, network, directoryOf },
    programs: createPrograms(options.programs ?? {}),
  });
  const open = new Map<string, OpenScope>();
  for (const row of store.instances.list()) {
    open.set(row.id, openScope(row, { network: [], programs: [], ...options.granted }));
    dispatcher.attach(row.id, "plugin", {
      run: () => undefined,
      abort: () => undefined,
      senderName: () => null,
      isTooOld: () => false,
    });
  }
  const unexpected: unknown[] = [];
  const methods = createHostApi(
    (id) => open.get(id)?.scope,
    (_method, error) => void unexpected.push(error),
  );
  onTestFinished(async () => {
    for (const { dispose } of open.values()) await dispose("The test ended.");
    await running.stopAll();
    dispatcher.close();
    await network.close();
  });

  let token = 0;
  return {
    ...{
      homeserver,
      http,
      ada,
      bot,
      roomId,
      store,
      dispatcher,
      logs,
      open,
      directoryOf,
      unexpected,
      methods,
    },
    /** Calls a method as an instance would, `one` unless told. */
    async call(method: string, params: unknown, instanceId = "one"): Promise<Record<string, unknown>> {
      return (await methods[method]?.(params as never, instanceId)) as Record<string, unknown>;
    },
    /** An event is on its way to an instance; gives the delivery's ID. */
    deliver(eventId: string, instanceId = "one"): number {
      const sender = ada.userId;
      const event = JSON.stringify({ type: "m.room.message", event_id: eventId, sender, content: {} });
      const delivery = { instanceId, roomId, eventId, sender, event };
      const [entry] = store.inbox.append(arrivalOf("account", `s${++token}`, [delivery]));
      if (!entry) throw new Error("Nothing was appended.");
      dispatcher.arrived([entry]);
      return entry.id;
    },
  };
}
