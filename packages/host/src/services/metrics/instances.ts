import type { Dispatcher } from "../../runtime/dispatcher.ts";
import type { InstanceHealth } from "../../runtime/instance-health.ts";
import type { Supervisor } from "../../runtime/supervisor.ts";
import type { Webhooks } from "../../runtime/webhooks.ts";
import type { AccountStore } from "../../store/accounts.ts";
import type { Inbox } from "../../store/inbox.ts";
import type { InstanceStore } from "../../store/instances.ts";
import type { OverflowStore } from "../../store/overflows.ts";
import { type Family, type Sample, samplesOf } from "./family.ts";

export interface InstanceSources {
  instances: Pick<InstanceStore, "list">;
  accounts: Pick<AccountStore, "list">;
  inbox: Pick<Inbox, "count" | "skipped">;
  overflows: Pick<OverflowStore, "refused">;
  dispatcher: Pick<Dispatcher, "counts" | "durations" | "allRunning">;
  supervisor: Pick<Supervisor, "observed" | "stats">;
  webhooks: Pick<Webhooks, "answers">;
  health: Pick<InstanceHealth, "of">;
}

const HANDLER = "rookery_instance_handler_duration_seconds";

/**
 * Each instance. The label is `bot`, since `instance` is Prometheus' own word for the host that it asked. Which plugin
 * and account one has, only its status says: a query joins them by `bot`.
 */
export function instanceFamilies(sources: InstanceSources): Family[] {
  const { instances, accounts, inbox, overflows, dispatcher, supervisor, webhooks, health } = sources;
  const rows = instances.list();
  const userIds = new Map(accounts.list().map(({ id, userId }) => [id, userId]));
  const each = (
    type: Family["type"],
    name: string,
    help: string,
    valueFor: (id: string) => number,
  ): Family => ({
    ...{ name, help, type },
    values: rows.map(({ id }) => ({ labels: { bot: id }, value: valueFor(id) })),
  });

  return [
    {
      name: "rookery_instance_status",
      help: "1 for what the instance is observed to be: stopped, starting, running, stopping, crashed or blocked.",
      type: "gauge",
      values: rows.map(({ id, pluginId, accountId }) => ({
        labels: {
          ...{ bot: id, plugin: pluginId, account: userIds.get(accountId) ?? "" },
          status: supervisor.observed(id).status,
        },
        value: 1,
      })),
    },
    each(
      "counter",
      "rookery_instance_events_received_total",
      "Events that were given to a handler since the host began; one that was given again counts once.",
      (id) => dispatcher.counts(id).received,
    ),
    each(
      "counter",
      "rookery_instance_events_sent_total",
      "Events that the instance sent to Matrix since the host began.",
      (id) => supervisor.stats(id).sent,
    ),
    each(
      "counter",
      "rookery_instance_events_failed_total",
      "Events whose handler failed since the host began.",
      (id) => dispatcher.counts(id).failed,
    ),
    each(
      "counter",
      "rookery_instance_events_skipped_total",
      "Events that were not handled, being older than the catch-up age or of a room that was taken away; ever.",
      (id) => inbox.skipped(id),
    ),
    each(
      "counter",
      "rookery_instance_events_refused_total",
      "Events that were refused, since the inbox was full; ever.",
      (id) => overflows.refused(id),
    ),
    each(
      "gauge",
      "rookery_instance_inbox_events",
      "Events in the inbox that are not done, those in flight included.",
      (id) => inbox.count(id),
    ),
    each(
      "gauge",
      "rookery_instance_in_flight_events",
      "Events whose handler runs now.",
      (id) => dispatcher.allRunning(id).length,
    ),
    {
      name: HANDLER,
      help: "How long handlers took, from the host to the worker and back, in seconds.",
      type: "histogram",
      values: rows.flatMap(({ id }) => samplesOf(HANDLER, { bot: id }, dispatcher.durations(id))),
    },
    {
      name: "rookery_instance_health_checks",
      help: "What the plugin looks after and told to be well, or not to be; an instance that tells nothing has none.",
      type: "gauge",
      values: rows.flatMap(({ id }) => {
        const checks = health.of(id);
        const failing = checks.filter(({ ok }) => !ok).length;
        const count = (state: string, value: number): Sample => ({ labels: { bot: id, state }, value });
        return checks.length === 0 ? [] : [count("ok", checks.length - failing), count("failing", failing)];
      }),
    },
    {
      name: "rookery_instance_webhook_requests_total",
      help: "Requests to the instance's webhooks since the host began, by their answers' status.",
      type: "counter",
      values: rows.flatMap(({ id }) =>
        webhooks.answers(id).map(([status, value]): Sample => ({ labels: { bot: id, status }, value })),
      ),
    },
  ];
}
