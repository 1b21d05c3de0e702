// Runs in a thread: asks a bot every 100 ms and tells how long each answer took, whatever the test itself does.
import { parentPort, workerData } from "node:worker_threads";
import { createPerson, type RoomEvent } from "../matrix/person.ts";

const EVERY_MS = 100;
const { homeserverUrl, login, roomId, botId } = workerData as {
  homeserverUrl: string;
  login: { userId: string; accessToken: string };
  roomId: string;
  botId: string;
};

const person = await createPerson(homeserverUrl, login);
const asked = new Map<string, number>();
const answered = new Map<string, number>();
let over = false;

/** The answer may come before the homeserver said what the question's ID is. */
function settle(question: string): void {
  const from = asked.get(question);
  const to = answered.get(question);
  if (from === undefined || to === undefined) return;
  asked.delete(question);
  answered.delete(question);
  parentPort?.postMessage(to - from);
  if (over && asked.size === 0) process.exit();
}

async function ask(): Promise<void> {
  const from = performance.now();
  const question = await person.say(roomId, "!hello");
  asked.set(question, from);
  settle(question);
}

const asking = setInterval(() => void ask(), EVERY_MS);
parentPort?.once("message", () => {
  clearInterval(asking);
  over = true;
  // What is being asked now is answered yet.
  void ask();
});

let looked = 0;
const questionOf = ({ content }: RoomEvent) =>
  (content["m.relates_to"] as { "m.in_reply_to"?: { event_id?: string } } | undefined)?.["m.in_reply_to"]
    ?.event_id;
for (;;) {
  const events = await person.until(roomId, (seen) => seen.length > looked);
  const now = performance.now();
  for (const event of events.slice(looked)) {
    const question = event.sender === botId ? questionOf(event) : undefined;
    if (question === undefined) continue;
    answered.set(question, now);
    settle(question);
  }
  looked = events.length;
}
