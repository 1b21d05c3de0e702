import type { NewRoom, RoomHistory, RoomInfo, RoomMember, SenderPower } from "../rooms.ts";
import type { Outcome } from "./delivery.ts";
import type { JsonObject } from "./json.ts";
import type { WebSocketEvent, WebSocketMessage } from "./web-socket.ts";

/** What an instance may ask of the host. Each method is one file in the host's `runtime/host-api`. */
export type HostApi = {
  "event.send": (p: InRoom & { type: string; content: JsonObject }) => Promise<{ eventId: string }>;
  "event.redact": (p: InRoom & { eventId: string; reason?: string }) => Promise<{ eventId: string }>;
  /** Answers `!help` for all instances of the account; `related` is what makes it an answer. */
  "help.send": (p: { delivery: number; about?: string; related: JsonObject }) => Promise<{ eventId: string }>;
  "typing.set": (p: { delivery: number; timeoutMs: number }) => Promise<null>;
  "receipt.send": (p: { delivery: number }) => Promise<null>;
  /** How one thing is that the instance looks after; a thing that is told of again is as told last. */
  "health.set": (p: { check: string; ok: boolean; message: string }) => void;

  /** Name and picture of a user as whom the bot acts. */
  "profile.set": (p: SetProfile) => Promise<null>;

  "file.fetch": (p: FetchFile) => Promise<FileInfo>;
  "file.download": (p: { mxc: string; key?: JsonObject; maxBytes?: number }) => Promise<FileInfo>;
  "file.upload": (p: UploadFile) => Promise<{ mxc: string }>;
  /** `media`: what was uploaded for it; `null` in an encrypted room, where nothing can be sent a second time. */
  "file.send": (p: SendFile) => Promise<{ eventId: string; media: UploadedMedia | null }>;
  /** The largest file that the homeserver takes, in bytes; `null` where it does not say. */
  "file.limit": (p: Record<never, never>) => Promise<{ bytes: number | null }>;
  "file.close": (p: { file: string }) => Promise<null>;

  "room.create": (p: NewRoom & { delivery: number }) => Promise<{ roomId: string }>;
  "room.invite": (p: ChangeMember) => Promise<null>;
  "room.kick": (p: ChangeMember) => Promise<null>;
  "room.ban": (p: ChangeMember) => Promise<null>;
  "room.unban": (p: ChangeMember) => Promise<null>;
  "room.state.get": (p: RoomState) => Promise<{ content: JsonObject | null }>;
  "room.state.set": (p: RoomState & { content: JsonObject }) => Promise<{ eventId: string }>;
  /** The name of the delivery's room, what the sender may do there, and whether it is encrypted: all that is told without a permission. */
  "room.name": (p: { delivery: number }) => Promise<{ name: string | null }>;
  "room.sender": (p: { delivery: number }) => Promise<SenderPower>;
  "room.encrypted": (p: { delivery: number }) => Promise<{ encrypted: boolean }>;
  "room.info": (p: { roomId: string }) => Promise<RoomInfo>;
  "room.members": (p: { roomId: string }) => Promise<RoomMember[]>;
  "room.history": (p: { roomId: string; from?: string; limit: number }) => Promise<RoomHistory>;

  "store.get": (p: { key: string }) => Promise<{ json: string | null }>;
  "store.set": (p: { key: string; json: string }) => Promise<null>;
  "store.delete": (p: { key: string }) => Promise<null>;
  "store.list": (p: { prefix: string; limit: number }) => Promise<{ key: string; json: string }[]>;

  /** Brings the instance's database to the plugin's newest migration. */
  "database.migrate": (p: { migrations: string[] }) => Promise<null>;

  "http.fetch": (p: HttpRequest) => Promise<HttpResponse>;
  "web-socket.open": (p: {
    url: string;
    protocols: string[];
  }) => Promise<{ socket: string; protocol: string }>;
  "web-socket.send": (p: { socket: string; message: WebSocketMessage }) => Promise<null>;
  /** Answers when there is something; the last is `closed`. */
  "web-socket.receive": (p: { socket: string }) => Promise<WebSocketEvent[]>;
  "web-socket.close": (p: { socket: string; code?: number; reason?: string }) => null;

  "program.run": (p: RunProgram) => Promise<ProgramResult>;

  "log.write": (p: LogEntry) => void;
  "delivery.settle": (p: Outcome) => void;
};

/** A write of a delivery: into its event's room, or, from a schedule or a webhook, into a room that it names. */
export interface InRoom {
  delivery: number;
  roomId?: string;
  /** Whose word it is, by the first part of their user ID; the bot's own unless told. */
  as?: string;
}

export interface SetProfile {
  delivery: number;
  as: string;
  displayName?: string;
  /** A held file. */
  avatar?: string;
}

export type { RoomInfo, SenderPower };

/** Somebody's membership of a room is changed. */
export interface ChangeMember {
  roomId: string;
  userId: string;
  reason?: string;
}

/** Names one setting of a room. */
export interface RoomState {
  roomId: string;
  type: string;
  stateKey: string;
}

export interface FetchFile {
  url: string;
  headers?: Record<string, string>;
  /** Refused with `TOO_LARGE` beyond it, whether the server told its length or not. */
  maxBytes?: number;
  timeoutMs?: number;
}

/** A file in the instance's private directory. `type`, `width`, `height`, `durationMs` are read from its content. */
export interface FileInfo {
  file: string;
  size: number;
  type: string;
  width?: number;
  height?: number;
  durationMs?: number;
}

/** A file on the homeserver, as its content says it is, with what is shown until it is loaded. */
export interface UploadedMedia extends Omit<FileInfo, "file"> {
  /** `mxc://…` */
  url: string;
  thumbnail?: Omit<FileInfo, "file"> & { url: string };
  blurhash?: string;
}

/** Whether the host makes a thumbnail and a blurhash of a picture (`true`), the latter only, or neither. */
export type PreviewChoice = boolean | "blurhash";

export interface UploadFile {
  file: string;
  name?: string;
  preview?: PreviewChoice;
  /** As an encrypted room needs it; in the clear unless told. */
  encrypted?: boolean;
}

export interface SendFile extends InRoom {
  file: string;
  name: string;
  /** Shown under it; MSC2530, in the specification since v1.10. */
  caption?: string;
  captionHtml?: string;
  /** What it is sent as, if not what its content is. */
  kind?: "file" | "voice" | "sticker";
  /** Covered until somebody wants to see it; the text says why. */
  spoiler?: boolean | string;
  width?: number;
  height?: number;
  durationMs?: number;
  thumbnail?: string;
  preview?: PreviewChoice;
  relatesTo?: JsonObject;
  /** The event's `m.mentions`. */
  mentions?: JsonObject;
}

export interface HttpRequest {
  url: string;
  method: string;
  headers: [string, string][];
  body?: string;
  /** Bytes cross as base64. */
  bodyBase64?: string;
  timeoutMs?: number;
  /** `manual`: a redirect is an answer like others. Followed unless told. */
  redirect?: "follow" | "manual";
}

export interface HttpResponse {
  url: string;
  status: number;
  headers: [string, string][];
  bodyBase64: string;
}

export interface RunProgram {
  name: string;
  args: string[];
  timeoutMs: number;
  maxOutputBytes: number;
  /** What lies in its directory when it begins, by name: a text, or a held file. */
  files?: Record<string, { text: string } | { file: string }>;
  /** The names of files of its directory that the instance holds when it has ended. */
  collect?: string[];
}

export interface ProgramResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
  truncated: boolean;
  /** Of those to collect, the ones that are there. */
  files?: Record<string, FileInfo>;
}

export interface LogEntry {
  level: "debug" | "info" | "warn" | "error";
  message: string;
  stack?: string;
}
