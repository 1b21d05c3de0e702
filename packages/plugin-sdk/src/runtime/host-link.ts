import type { DatabaseAnswer, DatabaseRequest, HostApi } from "../protocol/index.ts";

/** One instance's line to the host: the RPC with the instance's name already filled in. */
export interface HostLink {
  call<K extends keyof HostApi>(
    method: K,
    params: Parameters<HostApi[K]>[0],
    deadlineMs?: number,
  ): Promise<Awaited<ReturnType<HostApi[K]>>>;
  notify<K extends keyof HostApi>(method: K, params: Parameters<HostApi[K]>[0]): void;
  /** Asks the instance's database and waits for its answer. */
  database(request: DatabaseRequest): DatabaseAnswer;
}
