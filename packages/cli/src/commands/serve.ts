import { loadHost } from "../serve/load.ts";

/** `rookery serve` */
export async function serve(args: string[]): Promise<void> {
  const { runHost } = await loadHost();
  await runHost(args);
}
