import type { Store } from "../bot.ts";
import { HostError } from "../protocol/errors.ts";
import type { HostLink } from "./host-link.ts";

/** `bot.store`: JSON values by key, kept by the host in the instance's own database. */
export function createStore(host: HostLink): Store {
  return {
    async get<T>(key: string) {
      const { json } = await host.call("store.get", { key });
      return json === null ? undefined : (JSON.parse(json) as T);
    },
    async set(key, value) {
      const json = JSON.stringify(value);
      if (json === undefined) throw new HostError("NOT_PLAIN_DATA", `The value for "${key}" is not JSON.`);
      await host.call("store.set", { key, json });
    },
    async delete(key) {
      await host.call("store.delete", { key });
    },
    async list<T>(prefix = "", { limit = 100 }: { limit?: number } = {}) {
      const rows = await host.call("store.list", { prefix, limit });
      return rows.map(({ key, json }) => ({ key, value: JSON.parse(json) as T }));
    },
  };
}
