import type { JsonObject, SendFile } from "@rookery/plugin-sdk/protocol";
import { Type } from "typebox";
import type { HeldFile } from "../files.ts";
import type { InstanceScope } from "../instance-scope.ts";
import { uploadOnce } from "../uploads.ts";
import { actingUser } from "./acting-user.ts";
import { defineMethod } from "./method.ts";
import { InRoom, targetRoom } from "./target-room.ts";

const Size = Type.Optional(Type.Integer({ minimum: 0 }));

/** Sends a held file as what its content is, with all that a client wants to know before it loads it. */
export const fileSend = defineMethod({
  name: "file.send",
  params: Type.Object({
    ...InRoom,
    file: Type.String(),
    name: Type.String({ minLength: 1, maxLength: 255 }),
    caption: Type.Optional(Type.String({ maxLength: 60_000 })),
    width: Size,
    height: Size,
    durationMs: Size,
    thumbnail: Type.Optional(Type.String()),
    relatesTo: Type.Optional(Type.Unsafe<JsonObject>(Type.Object({}))),
    mentions: Type.Optional(Type.Unsafe<JsonObject>(Type.Object({}))),
  }),
  async run(scope, { delivery: id, roomId: named, as, ...params }) {
    const delivery = scope.delivery(id);
    const roomId = targetRoom(delivery, named);
    const user = actingUser(scope, delivery, as);
    const content = makeContent(scope, params);
    return { eventId: await scope.writer.send(delivery, "m.room.message", content, roomId, user) };
  },
});

/** Uploads what is not uploaded yet. */
async function makeContent(
  scope: InstanceScope,
  { name, caption, relatesTo, mentions = {}, ...params }: Omit<SendFile, "delivery" | "roomId" | "as">,
): Promise<object> {
  const file = scope.files.get(params.file);
  const picture = params.thumbnail === undefined ? undefined : scope.files.get(params.thumbnail);
  const [url, thumbnailUrl] = await Promise.all([
    uploadOnce(scope, file, name),
    picture ? uploadOnce(scope, picture, `thumbnail of ${name}`) : undefined,
  ]);
  const info = {
    // What the content says wins over what the plugin believes.
    ...mediaInfo({ ...params, ...file }),
    ...(picture && thumbnailUrl ? { thumbnail_url: thumbnailUrl, thumbnail_info: mediaInfo(picture) } : {}),
  };
  return {
    msgtype: messageType(file.type),
    // With a caption the body is the caption, and the name stands in `filename` (spec v1.10).
    body: caption ?? name,
    filename: name,
    url,
    info,
    "m.mentions": mentions,
    ...(relatesTo ? { "m.relates_to": relatesTo } : {}),
  };
}

/** https://spec.matrix.org/latest/client-server-api/#mroommessage-msgtypes */
function messageType(type: string): string {
  const kind = type.split("/")[0] ?? "";
  return ["image", "video", "audio"].includes(kind) ? `m.${kind}` : "m.file";
}

function mediaInfo({ type, size, width, height, durationMs }: Omit<HeldFile, "path" | "file" | "upload">) {
  return {
    mimetype: type,
    size,
    ...(width === undefined ? {} : { w: width }),
    ...(height === undefined ? {} : { h: height }),
    ...(durationMs === undefined ? {} : { duration: durationMs }),
  };
}
