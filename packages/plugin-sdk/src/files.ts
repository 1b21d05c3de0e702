import type { FileInfo } from "./protocol/host-api.ts";

/**
 * A file that the host holds for the plugin. It never passes through the plugin's memory: the
 * plugin says what shall happen with it. Size, type and dimensions are read from the content.
 */
export interface BotFile extends Readonly<Omit<FileInfo, "file">> {
  readonly id: string;
  /**
   * Uploads it now, and makes a picture's preview, so that a later `sendFile` has nothing to wait for.
   *
   * @param options.preview as it will be sent with; `"blurhash"` for what will be another file's `thumbnail`
   * @param options.encrypted whether the room in which it will be sent is encrypted; else it is uploaded once more then
   */
  upload(
    name?: string,
    options?: { preview?: boolean | "blurhash"; encrypted?: boolean },
  ): Promise<{ mxc: string }>;
  /** Deletes it. What is not closed is deleted when the instance stops. */
  close(): Promise<void>;
}

export interface Files {
  /**
   * Downloads a file from a granted host (permission `network`).
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.command("cat", "Show a cat", async (ctx) => {
   *       const picture = await bot.files.fetch("https://cats.example.org/random.jpg");
   *       await ctx.sendFile(picture, { name: "cat.jpg", caption: "A cat", reply: true });
   *       await picture.close();
   *     });
   *   },
   * });
   * ```
   * @throws HostError `PERMISSION_DENIED`, `TOO_LARGE`, `DEADLINE`, `HTTP_STATUS`, `NETWORK_FAILED`
   */
  fetch(url: string, options?: FetchFileOptions): Promise<BotFile>;
  /**
   * The largest file that the homeserver takes, in bytes; `null` where it does not say. The host asks it once an hour.
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.command("talk", "Show the talk", async (ctx) => {
   *       const maxBytes = (await bot.files.uploadLimit()) ?? 50 * 1024 * 1024;
   *       const talk = await bot.files.fetch("https://talks.example.org/today.mp4", { maxBytes });
   *       await ctx.sendFile(talk, { name: "talk.mp4" });
   *       await talk.close();
   *     });
   *   },
   * });
   * ```
   */
  uploadLimit(): Promise<number | null>;
  /**
   * Downloads a file that somebody sent.
   *
   * @param from the content of its event, which in an encrypted room has the key; or its `mxc://…`, where it is not encrypted
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.on("m.room.message", async (ctx) => {
   *       const { msgtype } = ctx.event.content;
   *       if (msgtype !== "m.image") return;
   *       const picture = await bot.files.download(ctx.event.content);
   *       await ctx.reply(`${picture.width} × ${picture.height}`);
   *       await picture.close();
   *     });
   *   },
   * });
   * ```
   * @throws HostError `TOO_LARGE`, `NETWORK_FAILED`, `BAD_REQUEST` where it is not the file that was sent
   */
  download(from: string | Record<string, unknown>, options?: { maxBytes?: number }): Promise<BotFile>;
}

export interface FetchFileOptions {
  headers?: Record<string, string>;
  /** 100 MiB unless told. */
  maxBytes?: number;
  /** 60,000 unless told. */
  timeoutMs?: number;
}
