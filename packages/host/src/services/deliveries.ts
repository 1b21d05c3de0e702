import { AppError } from "../errors.ts";
import { attemptsOf, type DeliveryTrace, headOf } from "../runtime/delivery-trace.ts";
import type { Dispatcher, InFlight } from "../runtime/dispatcher.ts";
import type { Traced } from "../store/delivery-traces.ts";
import type { FailedDelivery } from "../store/failed-deliveries.ts";
import type { Inbox, InboxEntry } from "../store/inbox.ts";
import type { InstanceStore } from "../store/instances.ts";
import type { Page } from "../store/page.ts";

export const DELIVERY_STATES = ["pending", "running", "done", "failed", "skipped"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One event on its way to an instance, or what became of it. */
export type DeliveryView = Omit<Traced, "state" | "endedAt"> & {
  state: DeliveryState;
  /** In milliseconds since 1970; `null` where it waits or runs. */
  endedAt: number | null;
  /** When it is handed over again, where its handler asked for later. */
  runAt: number | null;
};

/** Answers "why did it not answer?": what became of an instance's last events, and what is on its way. */
export interface DeliveryService {
  /** The newest first. @param state of all states unless told. @throws AppError `NOT_FOUND` */
  list(instanceId: string, page: Page, state?: DeliveryState): DeliveryView[];
  /** @throws AppError `NOT_FOUND` */
  get(instanceId: string, id: number): DeliveryView;
}

export function createDeliveryService({
  instances,
  inbox,
  dispatcher,
  trace,
}: {
  instances: Pick<InstanceStore, "get">;
  inbox: Pick<Inbox, "get" | "failed">;
  dispatcher: Pick<Dispatcher, "allRunning" | "waiting" | "isWaiting" | "running">;
  trace: Pick<DeliveryTrace, "list" | "get">;
}): DeliveryService {
  function checkThere(instanceId: string): void {
    if (!instances.get(instanceId)) throw new AppError("NOT_FOUND", `There is no instance "${instanceId}".`);
  }

  /** More deliveries that failed are kept, to be run again, than traces. */
  function untraced(instanceId: string, before: number, limit: number): DeliveryView[] {
    return inbox.failed(instanceId, limit, before).map(ofFailed);
  }

  return {
    list(instanceId, { before = Number.MAX_SAFE_INTEGER, limit }, state) {
      checkThere(instanceId);
      const wants = (one: DeliveryState) => state === undefined || state === one;
      const found = new Map<number, DeliveryView>();
      const add = (views: DeliveryView[]) => {
        for (const view of views) if (view.id < before) found.set(view.id, view);
      };
      if (wants("failed")) add(untraced(instanceId, before, limit));
      const ended = (["done", "failed", "skipped"] as const).filter(wants);
      if (ended.length > 0) add(trace.list(instanceId, before, ended, limit).map(ofTraced));
      if (wants("pending")) add(dispatcher.waiting(instanceId, before, limit).map(ofWaiting));
      if (wants("running")) add(dispatcher.allRunning(instanceId).map(ofRunning));
      return [...found.values()].sort((one, other) => other.id - one.id).slice(0, limit);
    },

    get(instanceId, id) {
      checkThere(instanceId);
      const running = dispatcher.running(instanceId, id);
      if (running) return ofRunning(running);
      const waiting = dispatcher.isWaiting(instanceId, id) ? inbox.get(instanceId, id) : undefined;
      if (waiting) return ofWaiting(waiting);
      const traced = trace.get(instanceId, id);
      if (traced) return ofTraced(traced);
      const failed = untraced(instanceId, id + 1, 1).find((one) => one.id === id);
      if (failed) return failed;
      const text = `Nothing is known of a delivery ${id} of "${instanceId}". The newest 500 are kept, for 7 days.`;
      throw new AppError("NOT_FOUND", text);
    },
  };
}

const UNTRACED = {
  ...{ reason: null, handlers: [], startedAt: null, durationMs: null, endedAt: null, runAt: null },
  ...{ calls: [], callsLeftOut: 0, error: null },
};

const ofTraced = (traced: Traced): DeliveryView => ({ ...traced, runAt: null });

function ofFailed({ id, roomId, event, error, failedAt }: FailedDelivery): DeliveryView {
  const { event_id: eventId, sender } = JSON.parse(event) as { event_id: string; sender: string };
  const known = { id, roomId, eventId, sender, ...headOf(event), error, endedAt: failedAt };
  return { ...UNTRACED, ...known, state: "failed", attempts: 1 };
}

function ofWaiting({ id, roomId, eventId, sender, event, runAt, ...entry }: InboxEntry): DeliveryView {
  const attempts = attemptsOf(entry) - 1;
  const known = { id, roomId, eventId, sender, ...headOf(event), attempts, runAt: runAt || null };
  return { ...UNTRACED, ...known, state: "pending" };
}

function ofRunning({ entry, since, calls, callsLeftOut }: InFlight): DeliveryView {
  const { id, roomId, eventId, sender, event } = entry;
  const known = { id, roomId, eventId, sender, ...headOf(event), attempts: attemptsOf(entry) };
  return { ...UNTRACED, ...known, state: "running", startedAt: since, calls, callsLeftOut };
}
