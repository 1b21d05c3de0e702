import { type Static, Type } from "typebox";
import type { ConditionSource } from "./condition.ts";

/** A condition that was told, and is not over. Times in milliseconds since 1970. */
export const Alert = Type.Object({
  key: Type.String(),
  problem: Type.String(),
  /** When it was first seen. */
  since: Type.Number(),
});
export type Alert = Static<typeof Alert>;

/** What a look found that is to be told. */
export interface Changes {
  raised: Alert[];
  cleared: Alert[];
}

export interface AlertWatch {
  look(): Changes;
  /** Those that were told and are not over, the oldest first. */
  told(): Alert[];
}

/**
 * Tells a condition once it has held for long enough, and that it is over once it has been gone for long enough, so that
 * what comes and goes is told once.
 *
 * @param told what an earlier run told and had not seen the end of
 * @param onFailed a source could not look; what it told stays
 */
export function createAlertWatch(
  sources: readonly ConditionSource[],
  told: readonly Alert[],
  now: () => number,
  onFailed: (source: string, error: unknown) => void,
): AlertWatch {
  const alerts = new Map(told.map((alert) => [alert.key, alert]));
  /** Conditions that are not told yet, and when they began. */
  const held = new Map<string, number>();
  /** Alerts whose condition is gone, and since when. */
  const gone = new Map<string, number>();

  function lookAt({ name, holdMs, clearMs, look }: ConditionSource): Changes {
    const at = now();
    const conditions = look((key) => alerts.has(key));
    const keys = new Set(conditions.map(({ key }) => key));
    const isOwn = (key: string) => key === name || key.startsWith(`${name}:`);

    const raised: Alert[] = [];
    for (const key of held.keys()) if (isOwn(key) && !keys.has(key)) held.delete(key);
    for (const { key, problem } of conditions) {
      gone.delete(key);
      if (alerts.has(key)) continue;
      const since = held.get(key) ?? at;
      held.set(key, since);
      if (at - since < holdMs) continue;
      held.delete(key);
      const alert = { key, problem, since };
      alerts.set(key, alert);
      raised.push(alert);
    }

    const cleared: Alert[] = [];
    for (const alert of [...alerts.values()]) {
      const { key } = alert;
      if (!isOwn(key) || keys.has(key)) continue;
      const since = gone.get(key) ?? at;
      gone.set(key, since);
      if (at - since < clearMs) continue;
      gone.delete(key);
      alerts.delete(key);
      cleared.push(alert);
    }
    return { raised, cleared };
  }

  return {
    look() {
      const changes: Changes = { raised: [], cleared: [] };
      for (const source of sources) {
        try {
          const { raised, cleared } = lookAt(source);
          changes.raised.push(...raised);
          changes.cleared.push(...cleared);
        } catch (error) {
          onFailed(source.name, error);
        }
      }
      return changes;
    },
    told: () => [...alerts.values()].toSorted((a, b) => a.since - b.since),
  };
}
