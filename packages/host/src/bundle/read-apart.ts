import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { AppError } from "../errors.ts";
import type { Bundle } from "./read-bundle.ts";
import type { Read, ToRead } from "./reader-thread.ts";

/**
 * Reads a bundle as `readBundle` does, in a thread that is made for it: a large or hostile one takes long,
 * and bots want to be answered meanwhile. Its memory goes with the thread.
 *
 * @param file what the thread runs: `reader-thread`, built
 * @throws AppError as `readBundle`
 */
export async function readBundleApart(file: string, bytes: Buffer, hostVersion: string): Promise<Bundle> {
  const workerData: ToRead = { bytes, hostVersion };
  const thread = new Worker(file, { workerData, env: {}, resourceLimits: { maxOldGenerationSizeMb: 512 } });
  try {
    const [read] = (await once(thread, "message")) as [Read];
    if ("bundle" in read) return read.bundle;
    if ("failed" in read) throw read.failed;
    const { code, message, fields, data } = read.refused;
    throw new AppError(code, message, { ...(fields ? { fields } : {}), ...(data ? { data } : {}) });
  } finally {
    await thread.terminate();
  }
}
