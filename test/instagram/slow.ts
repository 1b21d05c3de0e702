import type { ServerResponse } from "node:http";
import type { Slowness } from "./post.ts";

/** Answers without ever coming to an end; the client has to lose patience. */
export function answerSlowly(response: ServerResponse, how: Slowness, mimetype: string): void {
  if (how === "silent") return;
  response.writeHead(200, { "content-type": mimetype });
  const timer = setInterval(() => response.write(" "), 200);
  response.on("close", () => clearInterval(timer));
}
