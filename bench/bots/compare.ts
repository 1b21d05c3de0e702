import { type StartBots, startBareLoop, startEchoHost, startSdkLoop } from "./bots.ts";

/** The same measure of all that is compared, taken one after the other. */
export interface Compared<T> {
  host: T;
  /** The bare loop: what no bot can do without. */
  floor: T;
  /** A loop of matrix-bot-sdk: what an author would write without Rookery. */
  sdk: T;
}

/** Takes a measure of Rookery, of the bare loop and of matrix-bot-sdk's. */
export async function compare<T>(measure: (start: StartBots) => Promise<T>): Promise<Compared<T>> {
  return {
    host: await measure(startEchoHost),
    floor: await measure(startBareLoop),
    sdk: await measure(startSdkLoop),
  };
}

/** One figure of the three, as a row of the table has it. */
export function figures<T>(
  { host, floor, sdk }: Compared<T>,
  pick: (measured: T) => number,
): { value: number; floor: number; sdk: number } {
  return { value: pick(host), floor: pick(floor), sdk: pick(sdk) };
}
