import type { Person, RoomEvent } from "../matrix/person.ts";

/** What became of a room's commands. */
export interface Answers {
  commands: number;
  answered: number;
  missing: string[];
  twice: string[];
  /** Whether the answers came in the order of their commands. */
  inOrder: boolean;
}

const isAnswer = ({ content }: RoomEvent) =>
  content["m.relates_to"]?.["m.in_reply_to"]?.event_id as string | undefined;

/** Looks at a room's whole history: each command and its answers. */
export async function readAnswers(person: Person, roomId: string, botId: string): Promise<Answers> {
  const messages = (await person.history(roomId)).filter(({ type }) => type === "m.room.message");
  const commands = messages.filter(
    ({ sender, content }) => sender === person.userId && content.body.startsWith("!echo "),
  );
  const order = messages.filter(({ sender }) => sender === botId).map(isAnswer);
  const counts = new Map<string | undefined, number>();
  for (const id of order) counts.set(id, (counts.get(id) ?? 0) + 1);
  const bodies = (wanted: (count: number) => boolean) =>
    commands
      .filter(({ event_id }) => wanted(counts.get(event_id) ?? 0))
      .map(({ content }) => content.body as string);
  const answered = commands.map(({ event_id }) => event_id).filter((id) => counts.has(id));
  const firstAnswers = [...new Set(order)].filter((id) => answered.includes(id ?? ""));
  return {
    commands: commands.length,
    answered: answered.length,
    missing: bodies((count) => count === 0),
    twice: bodies((count) => count > 1),
    inOrder: firstAnswers.every((id, index) => id === answered[index]),
  };
}
