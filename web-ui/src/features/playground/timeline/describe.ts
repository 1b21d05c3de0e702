import type { MatrixEvent } from "../matrix/types.ts";
import { asRecord, asText } from "./read.ts";

/** What happened in a room, as a sentence; `undefined` for what nobody needs to read. */
export function describeEvent(event: MatrixEvent, nameOf: (userId: string) => string): string | undefined {
  const who = nameOf(event.sender);
  const name = asText(event.content.name);
  const topic = asText(event.content.topic);
  switch (event.type) {
    case "m.room.create":
      return `${who} created the room.`;
    case "m.room.name":
      return name ? `${who} named the room “${name}”.` : `${who} took the room's name away.`;
    case "m.room.topic":
      return topic ? `${who} set the topic: ${topic}` : `${who} took the topic away.`;
    case "m.room.encryption":
      return `${who} switched encryption on. The playground cannot read encrypted messages.`;
    case "m.room.encrypted":
      return `${who} sent an encrypted message, which the playground cannot read.`;
    case "m.room.member":
      return describeMember(event, who, nameOf);
    default:
      return undefined;
  }
}

function describeMember(event: MatrixEvent, who: string, nameOf: (userId: string) => string) {
  const user = event.state_key ?? "";
  const whom = nameOf(user);
  const now = event.content.membership;
  const before = asRecord(event.unsigned?.prev_content).membership;
  switch (now) {
    case "join":
      return before === "join" ? undefined : `${whom} joined.`;
    case "invite":
      return `${who} invited ${whom}.`;
    case "ban":
      return `${who} banned ${whom}.`;
    case "knock":
      return `${whom} asks to join.`;
    case "leave":
      if (user !== event.sender) return `${who} removed ${whom}.`;
      return before === "invite" ? `${whom} declined the invitation.` : `${whom} left.`;
    default:
      return undefined;
  }
}
