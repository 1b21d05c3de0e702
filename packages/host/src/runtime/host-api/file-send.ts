import {
  asTold,
  type JsonObject,
  mediaContent,
  mediaEventType,
  type SendFile,
  type UploadedMedia,
  whyNot,
} from "@rookery/plugin-sdk/protocol";
import { Type } from "typebox";
import { AppError } from "../../errors.ts";
import type { UploadedFile } from "../../matrix/media.ts";
import type { InFlight } from "../dispatcher.ts";
import { type HeldFile, toFileInfo } from "../files.ts";
import type { InstanceScope } from "../instance-scope.ts";
import { forgoPreview, previewInTime } from "../previews.ts";
import { uploadOnce } from "../uploads.ts";
import { actingUser } from "./acting-user.ts";
import { defineMethod } from "./method.ts";
import { InRoom, targetRoom } from "./target-room.ts";

const Size = Type.Optional(Type.Integer({ minimum: 0 }));
/** Whether a picture gets a thumbnail and a blurhash, or the latter only; both unless told. */
export const Preview = Type.Optional(Type.Union([Type.Boolean(), Type.Literal("blurhash")]));
const Caption = Type.Optional(Type.String({ maxLength: 60_000 }));

/** Sends a held file as what its content is, with all that a client wants to know before it loads it. */
export const fileSend = defineMethod({
  name: "file.send",
  params: Type.Object({
    ...InRoom,
    file: Type.String(),
    name: Type.String({ minLength: 1, maxLength: 255 }),
    caption: Caption,
    captionHtml: Caption,
    kind: Type.Optional(Type.Enum(["file", "voice", "sticker"])),
    spoiler: Type.Optional(Type.Union([Type.Boolean(), Type.String({ maxLength: 1_000 })])),
    width: Size,
    height: Size,
    durationMs: Size,
    thumbnail: Type.Optional(Type.String()),
    preview: Preview,
    relatesTo: Type.Optional(Type.Unsafe<JsonObject>(Type.Object({}))),
    mentions: Type.Optional(Type.Unsafe<JsonObject>(Type.Object({}))),
  }),
  async run(scope, { delivery: id, roomId: named, as, ...params }) {
    const delivery = scope.delivery(id);
    const roomId = targetRoom(delivery, named);
    const user = actingUser(scope, delivery, as);
    const made = scope
      .room(roomId)
      .encrypted()
      .then((encrypted) => makeContent(scope, delivery, encrypted, params));
    const type = mediaEventType(params.kind);
    const content = made.then((ready) => ready.content);
    const [eventId, { media }] = await Promise.all([
      scope.writer.send(delivery, type, content, roomId, user),
      made,
    ]);
    return { eventId, media };
  },
});

/** Uploads what is not uploaded yet. */
async function makeContent(
  scope: InstanceScope,
  delivery: InFlight,
  encrypted: boolean,
  params: Omit<SendFile, "delivery" | "roomId" | "as">,
): Promise<{ content: object; media: UploadedMedia | null }> {
  const { name, preview: choice = true } = params;
  const file = scope.files.get(params.file);
  const picture = params.thumbnail === undefined ? undefined : scope.files.get(params.thumbnail);
  const problem = whyNot(file.type, params.kind);
  if (problem !== null) throw new AppError("BAD_REQUEST", problem);
  const uploads = Promise.all([
    uploadOnce(scope, file, encrypted, name),
    picture ? uploadOnce(scope, picture, encrypted, `thumbnail of ${name}`) : undefined,
  ]);
  const isShown = params.kind !== "file";
  if (!isShown) forgoPreview(file);
  const wanted = picture && choice ? "blurhash" : choice;
  const [[there, thumbnailThere], preview] = await Promise.all([
    uploads,
    isShown ? previewInTime(scope, delivery, picture ?? file, encrypted, wanted, name, uploads) : undefined,
  ]);
  const handed = picture && thumbnailThere ? uploaded(picture, thumbnailThere) : undefined;
  const made = preview?.thumbnail && uploaded(preview.thumbnail, preview.thumbnail);
  const thumbnail = handed ?? made;
  const shown = {
    ...(thumbnail ? { thumbnail } : {}),
    ...(preview ? { blurhash: preview.blurhash } : {}),
  };
  const sent = uploaded(file, there);
  const content = mediaContent(sent, params, shown);
  // What opens it stands in the event only.
  return { content, media: encrypted ? null : { ...asTold(sent, params), ...shown } };
}

function uploaded(held: HeldFile, { url, key }: UploadedFile) {
  const { file: _file, ...info } = toFileInfo(held);
  return { ...info, url, ...(key ? { key } : {}) };
}
