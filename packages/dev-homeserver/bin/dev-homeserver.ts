#!/usr/bin/env node
import { readOptions } from "../src/flags.ts";
import { startDevHomeserver } from "../src/index.ts";

const starting = startDevHomeserver(readOptions(process.argv.slice(2)));

let closing = false;
async function close(): Promise<void> {
  if (closing) return;
  closing = true;
  const homeserver = await starting;
  await homeserver.close();
  process.exit(0);
}
process.on("SIGTERM", close);
process.on("SIGINT", close);
// A parent that started this with an IPC channel takes it along when it goes, however it goes.
process.on("disconnect", close);

const { url, serverName } = await starting.catch((error: Error) => {
  process.stderr.write(`The development homeserver did not start: ${error.message}\n`);
  process.exit(1);
});
process.stdout.write(`${JSON.stringify({ url, serverName })}\n`);
