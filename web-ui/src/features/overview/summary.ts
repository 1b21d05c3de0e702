import type { Account, Instance } from "@rookery/host/api";
import { instanceNeedsCare, rests } from "./attention.ts";
import { texts } from "./texts.ts";

/** The state of all bots in one sentence, or two when some are stopped on purpose. */
export function summary(
  instances: readonly Pick<Instance, "enabled" | "status" | "accountId">[],
  accounts: readonly Pick<Account, "id" | "status">[],
): string {
  const wanted = instances.filter((instance) => !rests(instance, accounts));
  const stopped = instances.length - wanted.length;
  if (wanted.length === 0) return texts.allStopped(instances.length);
  const well = wanted.filter((instance) => !instanceNeedsCare(instance, accounts)).length;
  const first = well === wanted.length ? texts.allWell(well) : texts.someWell(well, wanted.length);
  return stopped > 0 ? `${first} ${texts.stoppedToo(stopped)}` : first;
}
