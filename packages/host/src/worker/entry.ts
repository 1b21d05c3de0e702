// The order matters: nothing else may be evaluated before lockdown.
import "./lockdown.ts";
import { Socket } from "node:net";
import { createFrameReader, toFrame, type WorkerData } from "@rookery/plugin-sdk/protocol";
import { hardenSpecimens } from "./specimens.ts";
import { startWorker } from "./worker.ts";

/** The file descriptors on which the host started it. */
const CHANNEL = 3;
const DATABASE = 4;
/** The host is trusted; this only tells a broken stream from a long one. */
const MAX_BATCH_BYTES = 256 * 1024 * 1024;

await hardenSpecimens();
const channel = new Socket({ fd: CHANNEL, readable: true, writable: true });
let receive: ((batch: unknown) => void) | undefined;
const read = createFrameReader(MAX_BATCH_BYTES, (bytes) => {
  const batch = JSON.parse(bytes.toString()) as unknown;
  if (receive) return receive(batch);
  const post = (answer: unknown[]) => void channel.write(toFrame(JSON.stringify(answer)));
  receive = startWorker(batch as WorkerData, post, DATABASE);
  // Tells the host that it is up.
  post([]);
});
channel.on("data", read);
// The host closed the channel, or is gone.
channel.on("close", () => process.exit());
