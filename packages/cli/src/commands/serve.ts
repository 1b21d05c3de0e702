import { existsSync } from "node:fs";
import { join } from "node:path";

/** The built host starts in a fraction of the time; without a build its sources do as well. */
const BUILT = join(import.meta.dirname, "../../../host/dist/serve.mjs");

/** `rookery serve` */
export async function serve(args: string[]): Promise<void> {
  const { runHost } = (await import(
    existsSync(BUILT) ? BUILT : "../serve/run.ts"
  )) as typeof import("../serve/run.ts");
  await runHost(args);
}
