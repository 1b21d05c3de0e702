import type { Message } from "../timeline/messages.ts";

/** What the next thing one sends is: a message of its own, an answer, or an edit. */
export type Draft =
  | { kind: "new" }
  | { kind: "reply"; message: Message }
  | { kind: "edit"; message: Message };
