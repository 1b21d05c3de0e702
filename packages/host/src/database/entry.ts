import { createDatabaseServer, type DatabaseCall } from "./server.ts";

/** CPU after which the process asks for a fresh one in its place; the kernel ends it some time after that. */
const CPU_SECONDS = 60;

const server = createDatabaseServer(Number(process.argv[2]));
const send = (message: object) => process.send?.(message);

process.on("message", (message) => {
  const { id, ...call } = message as DatabaseCall & { id: number };
  const answer = server.handle(call);
  if (answer instanceof Promise) void answer.then((copied) => tell(id, copied));
  else tell(id, answer);
});

function tell(id: number, answer: unknown): void {
  const { user, system } = process.cpuUsage();
  send({ id, answer, tired: (user + system) / 1e6 > CPU_SECONDS && server.idle() });
}

// The host closed the channel, or is gone: what was not committed is undone.
process.on("disconnect", () => {
  server.close();
  process.exit();
});
send({ ready: true });
