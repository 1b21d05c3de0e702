import type { Readable } from "node:stream";
import { Type } from "typebox";
import { AppError } from "../../errors.ts";
import { received } from "../../matrix/body.ts";
import { defineMethod } from "./method.ts";
import { whileReachable } from "./while-reachable.ts";

const MAX_BODY = 10 * 1024 * 1024;

/** The request behind a compartment's `fetch`. The answer is whole in memory, up to 10 MiB. */
export const httpFetch = defineMethod({
  name: "http.fetch",
  permission: "network",
  params: Type.Object({
    url: Type.String({ minLength: 1, maxLength: 8192 }),
    method: Type.String({ pattern: "^[A-Z]{1,16}$" }),
    headers: Type.Array(Type.Tuple([Type.String(), Type.String()]), { maxItems: 100 }),
    body: Type.Optional(Type.String({ maxLength: MAX_BODY })),
    bodyBase64: Type.Optional(Type.String({ maxLength: (MAX_BODY * 4) / 3 + 4 })),
    redirect: Type.Optional(Type.Enum(["follow", "manual"])),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 600_000 })),
  }),
  async run(scope, { url, method, headers, body: text, bodyBase64, redirect, timeoutMs = 60_000 }) {
    const body = bodyBase64 === undefined ? text : Buffer.from(bodyBase64, "base64");
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      return await whileReachable(scope, url, async (more) => {
        const signal = AbortSignal.any([more.signal, deadline]);
        const request = { ...more, ...{ url, method, headers, body, redirect, signal } };
        const answer = await scope.network.request(request, scope.granted.network);
        return {
          url: answer.url,
          status: answer.status,
          headers: Object.entries(answer.headers).flatMap(([name, value]) =>
            (Array.isArray(value) ? value : [value ?? ""]).map((each): [string, string] => [name, each]),
          ),
          bodyBase64: (await readWhole(answer.body)).toString("base64"),
        };
      });
    } catch (cause) {
      if (!deadline.aborted) throw cause;
      throw new AppError("DEADLINE", `The request took longer than ${timeoutMs} ms.`, { cause });
    }
  },
});

async function readWhole(body: Readable): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of received(body)) {
    size += chunk.length;
    if (size > MAX_BODY)
      throw new AppError("TOO_LARGE", `The answer is larger than ${MAX_BODY} bytes; fetch it as a file.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
