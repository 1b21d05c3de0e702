import type { QueryClient } from "@tanstack/react-query";
import { accountsQuery } from "../../api/accounts.ts";
import { historyQuery, usageQuery } from "../../api/history.ts";
import { instancesQuery } from "../../api/instances.ts";
import { noticesQuery } from "../../api/notices.ts";
import { playgroundQuery } from "../../api/playground.ts";
import { pluginsQuery } from "../../api/plugins.ts";

/** Asks at once for all that the overview shows; what fails is asked for again, and told, by who shows it. */
export function prefetchOverview(client: QueryClient): void {
  void client.prefetchQuery(instancesQuery);
  void client.prefetchQuery(pluginsQuery);
  void client.prefetchQuery(accountsQuery);
  void client.prefetchQuery(historyQuery);
  void client.prefetchQuery(noticesQuery);
  void client.prefetchQuery(usageQuery);
  void client.prefetchQuery(playgroundQuery);
}
