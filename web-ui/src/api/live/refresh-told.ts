import type { Instance, LogLine } from "@rookery/host/api";
import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { grown, type Log, logsQuery } from "../logs.ts";
import { request } from "../request.ts";
import type { Told } from "./connection.ts";

/** What is shown is renewed no more often than this. */
const EVERY_MS = 1_000;
/** The first change of a while is shown nearly at once. */
const FIRST_MS = 50;
/** More than these, and the whole list is asked for instead. */
const ONE_BY_ONE = 8;

/** What else looks different after a change of one of them. */
const OF_INSTANCES = ["instances", "plugins", "accounts", "notices"];
const RELATED: Record<string, readonly string[]> = {
  instances: OF_INSTANCES,
  plugins: ["plugins", "instances", "notices"],
  accounts: ["accounts", "account-rooms", "account-encryption", "instances", "notices"],
  users: ["users"],
  notices: ["notices"],
};

/** Events were missed: all that they could have told of is asked for again. */
export function renewAll(client: QueryClient): void {
  void client.invalidateQueries({ predicate: ({ queryKey: [of] }) => String(of) in RELATED });
}

/** Has what is shown asked for again, as far as events tell that it changed. */
export function createTeller(client: QueryClient): (told: Told) => void {
  let lists = new Set<string>();
  let counted = new Set<string>();
  let logged = new Map<string, LogLine[]>();
  let isWaiting = false;
  let renewedAt = 0;

  function renew(): void {
    isWaiting = false;
    renewedAt = Date.now();
    const [listsNow, countedNow, loggedNow] = [lists, counted, logged];
    lists = new Set();
    counted = new Set();
    logged = new Map();
    if (countedNow.size > ONE_BY_ONE) listsNow.add("instances");
    void client.invalidateQueries({
      predicate: ({ queryKey }) => {
        const [of, id, part] = queryKey as [string, string?, string?];
        if (of === "instances" && part === "logs") return false;
        if (listsNow.has(of)) return true;
        return of === "instances" && id !== undefined && part !== undefined && countedNow.has(id);
      },
    });
    for (const [id, lines] of loggedNow) {
      client.setQueryData<Log>(logsQuery(id).queryKey, (log) => log && grown(log, lines));
    }
    if (!listsNow.has("instances")) for (const id of countedNow) void renewOne(client, id);
  }

  return ({ event, data: { instance, of, ...line } }) => {
    if (event === "changed") for (const name of RELATED[of ?? ""] ?? []) lists.add(name);
    else if (event === "status") for (const name of OF_INSTANCES) lists.add(name);
    else if (instance !== undefined && event === "deliveries") counted.add(instance);
    else if (instance !== undefined) {
      // Nobody looks at most logs: what is not shown is not kept.
      if (!client.getQueryData(logsQuery(instance).queryKey)) return;
      logged.set(instance, [...(logged.get(instance) ?? []), line as LogLine]);
    }
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(renew, Math.max(FIRST_MS, renewedAt + EVERY_MS - Date.now()));
  };
}

/** An instance that counted something is asked for alone: a list of hundreds is not loaded once a second. */
async function renewOne(client: QueryClient, id: string): Promise<void> {
  const shown: QueryKey[] = [["instances"], ["instances", id]];
  const isShown = shown.some((queryKey) =>
    client.getQueryCache().find({ queryKey, exact: true })?.isActive(),
  );
  if (!isShown) return;
  const listed = () => client.getQueryData<Instance[]>(["instances"])?.find((one) => one.id === id);
  const before = listed();
  try {
    const instance = await client.fetchQuery({
      queryKey: ["instances", id],
      queryFn: () => request<Instance>("GET", `/instances/${encodeURIComponent(id)}`),
      // Something happened since: what was asked for a moment ago is old.
      staleTime: 0,
    });
    // The list was asked for meanwhile, later than this: it knows what is newer.
    if (listed() !== before) return;
    client.setQueryData<Instance[]>(["instances"], (list) =>
      list?.map((one) => (one.id === id ? instance : one)),
    );
  } catch {
    // It is gone, or the host is: the list's own request tells which, and shows it.
    void client.invalidateQueries({ queryKey: ["instances"], exact: true });
  }
}
