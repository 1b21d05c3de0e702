import { randomUUID } from "node:crypto";
import { type Static, Type } from "typebox";
import type { Text } from "./texts.ts";

/** A message that is to go into the room. */
export const Message = Type.Object({
  /** Of which its transaction ID is made: sent again, it is still one message. */
  id: Type.String(),
  content: Type.Record(Type.String(), Type.Unknown()),
});
export type Message = Static<typeof Message>;

/** Sends one message. It rejects where it could not. */
export type Send = (txnId: string, content: object) => Promise<void>;

/** Messages on their way into the room, in order. What cannot be sent waits, and is tried again with each `flush`. */
export interface Outbox {
  /** @param answers the event that it is an answer to */
  add(text: Text, answers?: string): void;
  waiting(): Message[];
  /** Why the last one could not be sent; `null` where it was. */
  failure(): unknown;
  /** Sends what waits, one after the other, until one fails. */
  flush(): Promise<void>;
}

/** The oldest beyond are given up: who comes back after days wants to read the last ones. */
const MOST = 100;

/**
 * @param waiting what an earlier run could not send
 * @param onChange what waits is different: to be kept
 * @param onFailed told once, until one is sent again
 */
export function createOutbox(
  waiting: readonly Message[],
  send: Send,
  onChange: () => void,
  onFailed: (error: unknown) => void,
): Outbox {
  const messages = [...waiting];
  let flushing: Promise<void> | undefined;
  let failure: unknown = null;

  async function sendAll(): Promise<void> {
    for (let message = messages[0]; message !== undefined; message = messages[0]) {
      try {
        await send(`rookery-alert-${message.id}`, message.content);
      } catch (error) {
        if (failure === null) onFailed(error);
        failure = error;
        return;
      }
      failure = null;
      // It may have been given up meanwhile.
      const at = messages.indexOf(message);
      if (at !== -1) messages.splice(at, 1);
      onChange();
    }
  }

  return {
    add({ body, html, notifies }, answers) {
      const formatted = html === undefined ? {} : { format: "org.matrix.custom.html", formatted_body: html };
      const reply =
        answers === undefined ? {} : { "m.relates_to": { "m.in_reply_to": { event_id: answers } } };
      const content = {
        msgtype: notifies ? "m.text" : "m.notice",
        body,
        "m.mentions": {},
        ...formatted,
        ...reply,
      };
      messages.push({ id: randomUUID(), content });
      messages.splice(0, messages.length - MOST);
      onChange();
    },
    waiting: () => [...messages],
    failure: () => failure,
    flush() {
      flushing ??= sendAll().finally(() => {
        flushing = undefined;
      });
      return flushing;
    },
  };
}
