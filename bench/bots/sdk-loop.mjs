// What a bot of matrix-bot-sdk's own loop costs, as its tutorial has it: one process, no isolation, its sync token
// in memory. Its requests go through fetch, since the package it came with is deprecated and not installed.
// `node sdk-loop.mjs <homeserver> <token>…`
import { LogLevel, LogService, MatrixClient, MemoryStorageProvider, setRequestFn } from "matrix-bot-sdk";

const [homeserver, ...tokens] = process.argv.slice(2);

LogService.setLevel(LogLevel.ERROR);
setRequestFn(({ uri, method, qs, headers, body }, done) => {
  const query = new URLSearchParams(Object.entries(qs ?? {}).filter(([, value]) => value !== undefined));
  request(query.size > 0 ? `${uri}?${query}` : uri, { method, headers, body: body ?? null }).then(
    ({ answer, text }) =>
      done(null, { statusCode: answer.status, headers: answer.headers, body: text }, text),
    (error) => done(error),
  );
});

async function request(url, options) {
  const answer = await fetch(url, options);
  return { answer, text: await answer.text() };
}

async function run(token) {
  const client = new MatrixClient(homeserver, token, new MemoryStorageProvider());
  const userId = await client.getUserId();
  client.on("room.message", (roomId, { event_id, sender, content }) => {
    if (sender === userId || content?.msgtype !== "m.text" || !content.body?.startsWith("!echo ")) return;
    void client.sendMessage(roomId, {
      msgtype: "m.text",
      body: content.body.slice("!echo ".length),
      "m.relates_to": { "m.in_reply_to": { event_id } },
    });
  });
  await client.start();
  process.stdout.write(`${userId} is ready\n`);
}

// It ends with the process that started it, and stays until then, even without tokens.
process.on("disconnect", () => process.exit(0));
for (const token of tokens) void run(token);
