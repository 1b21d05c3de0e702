import type { Store } from "../bot.ts";
import { HostError } from "../protocol/errors.ts";
import type { HostLink } from "./host-link.ts";

/** The host takes no more; it need not cross to be refused. */
const MAX_VALUE = 64 * 1024;

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
      if (json.length > MAX_VALUE) {
        const text = `The value for "${key}" has ${json.length} characters of JSON; ${MAX_VALUE} are allowed.`;
        throw new HostError("TOO_LARGE", text);
      }
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
