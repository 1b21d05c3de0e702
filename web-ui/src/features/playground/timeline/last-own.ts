import type { Message } from "./messages.ts";

/** The newest text of one's own that can be edited. */
export const lastOwnText = (messages: readonly Message[], me: string): Message | undefined =>
  messages.findLast((message) => isEditable(message, me));

export const isEditable = ({ event, content, echo }: Message, me: string): boolean =>
  event.sender === me && content?.kind === "text" && echo === undefined;
