import type { Calling } from "./calling.ts";
import type { Delivery, Subscriptions } from "./delivery.ts";
import type { Json } from "./json.ts";

/** What a new worker is told first. */
export interface WorkerData {
  pluginId: string;
  code: string;
}

/** What the host asks of a worker. */
export type PluginApi = {
  /** Evaluates the plugin for a new instance and runs its `setup`. The scope names the instance. */
  "instance.start": (p: StartInstance, scope: string) => Promise<Subscriptions>;
  /** Aborts the instance's signal and drops it; its un-settled deliveries stay with the host. */
  "instance.stop": (p: { reason: string }, scope: string) => Promise<null>;
  "delivery.run": (p: Delivery[], scope: string) => void;
  "delivery.abort": (p: { id: number; reason: string }, scope: string) => void;
  "worker.ping": (p: null) => null;
};

export interface StartInstance {
  config: Json;
  userId: string;
  permissions: { network: string[]; programs: string[] };
  /** `!` alone unless told. */
  calling?: Calling;
}
