import type { Delivery, DeliveryState } from "@rookery/host/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { live } from "./live/live.ts";
import { request } from "./request.ts";

export const DELIVERY_STATES: readonly DeliveryState[] = ["pending", "running", "done", "failed", "skipped"];

/** The newest events of an instance, and what became of each. @param limit 1 to 500 */
export const deliveriesQuery = (id: string, state: DeliveryState | undefined, limit: number) =>
  queryOptions(
    live({
      queryKey: ["instances", id, "deliveries", state, limit],
      queryFn: () => {
        const query = new URLSearchParams({ limit: String(limit), ...(state && { state }) });
        return request<Delivery[]>("GET", `/instances/${encodeURIComponent(id)}/deliveries?${query}`);
      },
      placeholderData: keepPreviousData,
    }),
  );
