import { scheduleEvent, scheduleLane } from "@rookery/plugin-sdk/protocol";
import { onTestFinished } from "vitest";
import type { ProgramConfig } from "../config/config.ts";
import { createHostApi } from "../runtime/host-api/index.ts";
import type { InstanceScope } from "../runtime/instance-scope.ts";
import { allOf } from "../runtime/permissions.ts";
import type { OpenScope } from "../runtime/scopes.ts";
import { openTestRuntime } from "./runtime.ts";
import { arrivalOf } from "./store.ts";

/**
 * Two instances of one bot with all that belongs to them; only their worker is missing: the test
 * calls the host's methods as a plugin would.
 */
export async function openTestScopes(
  options: {
    granted?: Partial<InstanceScope["granted"]>;
    programs?: Record<string, ProgramConfig>;
    isAppservice?: boolean | "no device";
    previewPatienceMs?: number;
  } = {},
) {
  const { granted, ...more } = options;
  const runtime = await openTestRuntime(["one", "two"], more);
  const { store, dispatcher, ada, bot, roomId, openScope } = runtime;
  const open = new Map<string, OpenScope>();
  for (const row of store.instances.list()) {
    open.set(row.id, openScope(row, { ...allOf(), ...granted }, "plugin"));
    dispatcher.attach(row.id, "plugin", {
      run: () => undefined,
      abort: () => undefined,
      senderName: () => null,
      isTooOld: () => false,
    });
  }
  onTestFinished(async () => {
    for (const { dispose } of open.values()) await dispose("The test ended.");
  });
  const unexpected: unknown[] = [];
  const methods = createHostApi(
    (id) => open.get(id)?.scope,
    (_method, error) => void unexpected.push(error),
  );

  let token = 0;
  return {
    ...{ ...runtime, open, unexpected, methods },
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
    /** A schedule of an instance is due; gives the delivery's ID. */
    runSchedule(name: string, instanceId = "one"): number {
      const event = scheduleEvent(name, Date.now(), bot.userId);
      const { event_id: eventId, sender } = event;
      const delivery = {
        instanceId,
        roomId: scheduleLane(name),
        eventId,
        sender,
        event: JSON.stringify(event),
      };
      const [entry] = store.inbox.add({ deliveries: [delivery], skipped: new Map() });
      if (!entry) throw new Error("Nothing was added.");
      dispatcher.arrived([entry]);
      return entry.id;
    },
  };
}
