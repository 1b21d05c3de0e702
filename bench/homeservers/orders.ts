/** What the instant homeserver is told to do, and what it tells when it is done. Times in milliseconds. */
export interface Orders {
  /** One command after another: each is given out when the one before was answered. */
  echo: { order: { times: number; quietMs: number }; result: { latenciesMs: number[] } };
  /** Commands as fast as they are taken, the same number to each of the users. */
  flood: {
    order: { users: number; commands: number; perSync: number; rooms: number };
    result: { ms: number; answered: number; missing: number; twice: number };
  };
  /** Messages that are nobody's business; done when the last of them is acknowledged by the next sync. */
  chatter: { order: { events: number; perSync: number; rooms: number }; result: { ms: number } };
}

export type Order = { [Kind in keyof Orders]: { kind: Kind } & Orders[Kind]["order"] }[keyof Orders];
