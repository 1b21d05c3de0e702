import type { IncomingMessage, ServerResponse } from "node:http";
import { forbidden, MatrixError, notFound } from "../errors.ts";
import { openRoute, type Route, route } from "../http/route.ts";
import { newOpaqueId } from "../ids.ts";
import type { Services } from "../services.ts";
import type { MediaRow } from "../store/media.ts";

type Parts = Pick<Services, "serverName" | "mediaStore" | "media">;

/** Types that a browser may show inline. Source: client-server API, "Serving inline content". */
const INLINE = new Set(
  "text/css text/plain text/csv application/json application/ld+json image/jpeg image/gif image/png image/apng image/webp image/avif video/mp4 video/webm video/ogg video/quicktime audio/mp4 audio/webm audio/aac audio/mpeg audio/ogg audio/wave audio/wav audio/x-wav audio/x-pn-wav audio/flac audio/x-flac".split(
    " ",
  ),
);

/** Uploads and downloads, streamed. Source: client-server API, "Content repository". */
export function mediaRoutes({ serverName, mediaStore, media }: Parts): Route[] {
  const uri = (mediaId: string) => `mxc://${serverName}/${mediaId}`;

  async function receive(mediaId: string, userId: string, request: IncomingMessage, fileName: string | null) {
    const size = await media.receive(mediaId, request);
    const content_type = request.headers["content-type"] ?? "application/octet-stream";
    mediaStore.put({ media_id: mediaId, user_id: userId, content_type, file_name: fileName, size });
  }

  function existing(server: string, mediaId: string): MediaRow {
    const row = server === serverName ? mediaStore.get(mediaId) : undefined;
    if (!row) throw notFound(`There is no media mxc://${server}/${mediaId} here`);
    if (row.size === null)
      throw new MatrixError(504, "M_NOT_YET_UPLOADED", "The upload has not been finished yet");
    return row;
  }

  async function send(response: ServerResponse, row: MediaRow, fileName: string | null): Promise<undefined> {
    const type = row.content_type ?? "application/octet-stream";
    const disposition = INLINE.has(type.split(";")[0]?.trim() ?? "") ? "inline" : "attachment";
    const name = fileName === null ? "" : `; filename*=UTF-8''${encodeURIComponent(fileName)}`;
    response.setHeaders(
      new Map([
        ["Content-Type", type],
        ["Content-Length", String(row.size)],
        ["Content-Disposition", disposition + name],
        [
          "Content-Security-Policy",
          "sandbox; default-src 'none'; script-src 'none'; plugin-types application/pdf; style-src 'unsafe-inline'; object-src 'self';",
        ],
        ["Cross-Origin-Resource-Policy", "cross-origin"],
        ["Access-Control-Allow-Origin", "*"],
        ["Cache-Control", "private, max-age=86400"],
        ["X-Content-Type-Options", "nosniff"],
      ]),
    );
    await media.send(row.media_id, response);
    return undefined;
  }

  const paths = (prefix: string) => {
    const id = ":server/:mediaId" as const;
    return { download: `${prefix}/download/${id}`, thumbnail: `${prefix}/thumbnail/${id}` };
  };
  const current = paths("/_matrix/client/v1/media");
  const legacy = paths("/_matrix/media/v3");

  return [
    route({
      method: "POST",
      path: "/_matrix/media/v3/upload",
      async handle({ request, query }, { userId }) {
        const mediaId = newOpaqueId();
        await receive(mediaId, userId, request, query.get("filename"));
        return { content_uri: uri(mediaId) };
      },
    }),
    route({
      method: "POST",
      path: "/_matrix/media/v1/create",
      handle(_call, { userId }) {
        const mediaId = newOpaqueId();
        mediaStore.put({
          media_id: mediaId,
          user_id: userId,
          content_type: null,
          file_name: null,
          size: null,
        });
        return { content_uri: uri(mediaId) };
      },
    }),
    route({
      method: "PUT",
      path: "/_matrix/media/v3/upload/:server/:mediaId",
      async handle({ params: { server, mediaId }, request, query }, { userId }) {
        const row = server === serverName ? mediaStore.get(mediaId) : undefined;
        if (!row) throw notFound(`There is no media mxc://${server}/${mediaId} here`);
        if (row.user_id !== userId) throw forbidden("Somebody else made this media ID");
        if (row.size !== null)
          throw new MatrixError(409, "M_CANNOT_OVERWRITE_MEDIA", "The media has been uploaded already");
        await receive(mediaId, userId, request, query.get("filename"));
        return {};
      },
    }),
    ...downloads(current, route),
    ...downloads(legacy, openRoute),
  ];

  /** Downloads and thumbnails: the thumbnail is the original, which the API allows. */
  function downloads(path: { download: string; thumbnail: string }, define: typeof openRoute): Route[] {
    const serve = (where: string) =>
      define({
        method: "GET",
        path: where,
        handle({ params, response }) {
          const { server = "", mediaId = "", fileName } = params as Record<string, string>;
          const row = existing(server, mediaId);
          return send(response, row, fileName ?? row.file_name);
        },
      });
    return [serve(path.download), serve(`${path.download}/:fileName`), serve(path.thumbnail)];
  }
}
