#!/usr/bin/env node
import { readOptions } from "../src/flags.ts";
import { startDevHomeserver } from "../src/index.ts";

const homeserver = await startDevHomeserver(readOptions(process.argv.slice(2)));
process.stdout.write(`${JSON.stringify({ url: homeserver.url, serverName: homeserver.serverName })}\n`);

let closing = false;
async function close(): Promise<void> {
  if (closing) return;
  closing = true;
  await homeserver.close();
  process.exit(0);
}
process.once("SIGTERM", close);
process.once("SIGINT", close);
// A parent that started this with an IPC channel takes it along when it goes, however it goes.
process.once("disconnect", close);
