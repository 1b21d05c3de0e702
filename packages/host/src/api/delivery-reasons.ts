import type { TraceReason } from "../store/delivery-traces.ts";

/** Why an event got no answer, in words, and what to do where something can be done. */
export const DELIVERY_REASONS: Readonly<Record<TraceReason, string>> = {
  own: "One of this host's own accounts said it, and bots do not answer each other here.",
  "no-handler": "No command, text or event type of the plugin matched it.",
  "no-such-command":
    "It begins as a command does, but the plugin has none of that name. Its !help lists them.",
  encrypted:
    "It is encrypted, and its key did not come. Whether the account can read encrypted rooms stands on its page, under Encryption.",
  notice: "It is a notice, as bots send them; commands and texts in it are not answered.",
  edit: "It is an edit of an earlier message; only handlers of edits get it.",
  "too-old": "It was older than the instance's catch-up age when it came, or when its turn came.",
  "room-off": "The instance may not act in this room. Its rooms are set on its page.",
  "inbox-full": "The instance's inbox was full (limits.inboxEntries).",
  "arguments-refused": "What was typed after the command did not fit its arguments; the answer said so.",
  "user-error": "The handler answered with a message to who wrote (UserError).",
};
