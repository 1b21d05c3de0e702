import type { JsonObject } from "../json.ts";
import type { Receipt } from "../store/receipts.ts";

/**
 * The content of an `m.receipt`: event → type → user → `{ ts, thread_id }`; private receipts only for
 * who sent them. Undefined when there is nothing to tell. Source: client-server API, `m.receipt`.
 */
export function writeReceipts(receipts: readonly Receipt[], viewer: string): JsonObject | undefined {
  const content: Record<string, Record<string, Record<string, JsonObject>>> = {};
  for (const receipt of receipts) {
    if (receipt.type === "m.read.private" && receipt.user_id !== viewer) continue;
    content[receipt.event_id] ??= {};
    const byType = content[receipt.event_id] ?? {};
    byType[receipt.type] ??= {};
    const byUser = byType[receipt.type] ?? {};
    byUser[receipt.user_id] =
      receipt.thread_id === ""
        ? { ts: receipt.timestamp }
        : { ts: receipt.timestamp, thread_id: receipt.thread_id };
  }
  return Object.keys(content).length > 0 ? content : undefined;
}
