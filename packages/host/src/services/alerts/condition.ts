/** Something that is wrong now, and that operators are told of. */
export interface Condition {
  /** Names it across looks, such as `account:@bot:example.org`. */
  key: string;
  /** What is wrong, as a sentence. */
  problem: string;
}

/** Where conditions come from. It looks when it is asked, and keeps nothing that it could ask for. */
export interface ConditionSource {
  /** What all of its keys begin with. */
  name: string;
  /** How long a condition holds before it is told, in milliseconds. */
  holdMs: number;
  /** How long it is gone before the all-clear. */
  clearMs: number;
  /** @param isTold whether this one was told: what comes and goes at one threshold would be told again and again */
  look(isTold: (key: string) => boolean): Condition[];
}
