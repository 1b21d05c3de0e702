import { parseArgs } from "node:util";
import type { Delivery } from "@rookery/host/api";
import { type RunCommand, UsageError } from "../command.ts";
import { printable } from "../printable.ts";
import { chosenHost, HOST_OPTION } from "../remote/chosen-host.ts";
import { textTable } from "../remote/text-table.ts";

const STATES: readonly string[] = ["pending", "running", "done", "failed", "skipped"];

/** `rookery trace <instance> [delivery]`: what became of its last events, the newest last; or all about one. */
export const trace: RunCommand = async (args, { out }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...HOST_OPTION,
      state: { type: "string" },
      limit: { type: "string", short: "n", default: "20" },
      json: { type: "boolean", default: false },
    },
  });
  const { state, limit } = values;
  const [id, delivery, ...more] = positionals;
  if (id === undefined || more.length > 0) throw new UsageError("Say whose events: one instance.");
  if (state !== undefined && !STATES.includes(state)) {
    throw new UsageError(`"${state}" is no state: it is one of ${STATES.join(", ")}.`);
  }
  if (!/^([1-9][0-9]?|[1-4][0-9][0-9]|500)$/.test(limit)) throw new UsageError("The limit is 1 to 500.");
  const host = await chosenHost(values.host, process.env);
  const path = `/instances/${encodeURIComponent(id)}/deliveries`;
  if (delivery !== undefined) {
    const one = await host.get<Delivery>(`${path}/${encodeURIComponent(delivery)}`);
    out.write(values.json ? `${JSON.stringify(one)}\n` : whole(one));
    return;
  }
  const query = new URLSearchParams({ limit, ...(state === undefined ? {} : { state }) });
  const found = await host.get<Delivery[]>(`${path}?${query}`);
  if (values.json) out.write(`${JSON.stringify(found)}\n`);
  else if (found.length === 0) out.write("Nothing is known of an event for it.\n");
  else out.write(listed(found.reverse()));
};

function listed(deliveries: Delivery[]): string {
  const rows = deliveries.map((delivery) => {
    const { id, state, sender, type, handlers, durationMs } = delivery;
    const took = durationMs === null ? "" : `${durationMs} ms`;
    return [
      String(id),
      timeOf(delivery),
      state,
      sender,
      handlers.join(", ") || type,
      took,
      becameOf(delivery),
    ];
  });
  return textTable(["ID", "TIME", "STATE", "SENDER", "WHAT", "TOOK", "WHY"], rows);
}

function whole(delivery: Delivery): string {
  const { id, state, eventId, roomId, sender, type, sentAt, handlers, attempts, calls, callsLeftOut } =
    delivery;
  const { startedAt, endedAt, durationMs, runAt, error } = delivery;
  const facts: [string, string | null][] = [
    ["Delivery", `${id}, ${state}`],
    ["Event", `${eventId} (${type})`],
    ["Room", roomId],
    ["Sender", sender],
    ["Sent", sentAt],
    ["Handlers", handlers.join(", ") || null],
    ["Why", delivery.reason?.message ?? null],
    ["Handed over", startedAt && `${startedAt}, ${attempts === 1 ? "once" : `${attempts} times`}`],
    ["Ended", endedAt && (durationMs === null ? endedAt : `${endedAt}, after ${durationMs} ms`)],
    ["Runs again", runAt],
    ["Failed", error && `${error.code}: ${error.message}`],
  ];
  const lines = facts.flatMap(([name, fact]) => (fact === null ? [] : [`${name.padEnd(12)} ${fact}`]));
  for (const { method, afterMs, durationMs, eventId, error } of calls) {
    const result = error ? `failed: ${error}` : (eventId ?? (durationMs === null ? "under way" : "done"));
    const took = durationMs === null ? "" : `, ${durationMs} ms`;
    lines.push(`  +${afterMs} ms ${method} (${result}${took})`);
  }
  if (callsLeftOut > 0) lines.push(`  and ${callsLeftOut} more calls`);
  if (error?.stack) lines.push(error.stack);
  return `${lines.map((line) => printable(line)).join("\n")}\n`;
}

function timeOf({ endedAt, startedAt, sentAt }: Delivery): string {
  return (endedAt ?? startedAt ?? sentAt ?? "").slice(0, 19).replace("T", " ");
}

function becameOf({ reason, error, runAt, calls }: Delivery): string {
  if (error) return `${error.code}: ${error.message}`;
  if (reason) return reason.message;
  if (runAt !== null) return `runs again at ${runAt.slice(11, 19)}`;
  const sent = calls.filter(({ eventId }) => eventId !== undefined).length;
  return sent === 0 ? "" : `sent ${sent}`;
}
