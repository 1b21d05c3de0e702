import { Type } from "typebox";
import { AppError } from "../../errors.ts";
import { discard } from "../../matrix/body.ts";
import { saveCapped } from "../../matrix/media.ts";
import { toFileInfo } from "../files.ts";
import { defineMethod } from "./method.ts";
import { whileReachable } from "./while-reachable.ts";

const DEFAULT_BYTES = 100 * 1024 * 1024;

/** Downloads from a granted host into the instance's directory; the plugin gets a handle. */
export const fileFetch = defineMethod({
  name: "file.fetch",
  permission: "network",
  params: Type.Object({
    url: Type.String({ minLength: 1, maxLength: 8192 }),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    maxBytes: Type.Optional(Type.Integer({ minimum: 1 })),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 600_000 })),
  }),
  async run(scope, { url, headers = {}, maxBytes = DEFAULT_BYTES, timeoutMs = 60_000 }) {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      return await whileReachable(scope, url, async (more) => {
        const signal = AbortSignal.any([more.signal, deadline]);
        const request = { ...more, ...{ url, method: "GET", headers, signal } };
        const answer = await scope.network.request(request, scope.granted.network);
        if (answer.status !== 200) {
          discard(answer.body);
          throw new AppError(
            "HTTP_STATUS",
            `${new URL(answer.url).host} answered with HTTP ${answer.status}.`,
          );
        }
        const size = Number(answer.headers["content-length"] ?? 0);
        if (size > maxBytes) {
          discard(answer.body);
          throw new AppError("TOO_LARGE", `The file has ${size} bytes; ${maxBytes} are allowed.`, {
            data: { size },
          });
        }
        return toFileInfo(
          await scope.files.add((path, charge) => saveCapped(answer.body, path, maxBytes, charge)),
        );
      });
    } catch (cause) {
      if (deadline.aborted)
        throw new AppError("DEADLINE", `The download took longer than ${timeoutMs} ms.`, { cause });
      throw cause;
    }
  },
});
