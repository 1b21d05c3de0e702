// The floor: what a bot costs that does nothing but its work. One process, no isolation, no storage:
// it long-polls /sync and answers `!echo` with fetch. `node bare-loop.mjs <homeserver> <token>…`
const [homeserver, ...tokens] = process.argv.slice(2);
const filter = JSON.stringify({
  presence: { types: [] },
  account_data: { types: [] },
  room: { timeline: { limit: 100 }, state: { types: [] }, ephemeral: { types: [] } },
});

async function request(token, method, path, body) {
  const answer = await fetch(`${homeserver}/_matrix/client/v3${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const json = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(json)}`);
  return json;
}

async function answer(token, roomId, event) {
  const { msgtype, body } = event.content;
  if (event.type !== "m.room.message" || msgtype !== "m.text" || !body?.startsWith("!echo ")) return;
  await request(token, "PUT", `/rooms/${roomId}/send/m.room.message/bare.${event.event_id}`, {
    msgtype: "m.text",
    body: body.slice("!echo ".length),
    "m.relates_to": { "m.in_reply_to": { event_id: event.event_id } },
  });
}

async function run(token) {
  const { user_id } = await request(token, "GET", "/account/whoami");
  const sync = (since) => {
    const query = new URLSearchParams({ filter, timeout: since ? "30000" : "0", ...(since && { since }) });
    return request(token, "GET", `/sync?${query}`);
  };
  let { next_batch: since } = await sync();
  process.stdout.write(`${user_id} is ready\n`);
  for (;;) {
    const { next_batch, rooms } = await sync(since);
    since = next_batch;
    for (const [roomId, room] of Object.entries(rooms?.join ?? {})) {
      for (const event of room.timeline?.events ?? []) {
        if (event.sender !== user_id) void answer(token, roomId, event);
      }
    }
    for (const roomId of Object.keys(rooms?.invite ?? {}))
      await request(token, "POST", `/join/${roomId}`, {});
  }
}

// It ends with the process that started it, and stays until then, even without tokens.
process.on("disconnect", () => process.exit(0));
for (const token of tokens) void run(token);
