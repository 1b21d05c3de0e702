import { type HostApi, HostError, type Methods } from "@rookery/plugin-sdk/protocol";
import { MatrixError } from "matrix-bot-sdk";
import { AppError } from "../../errors.ts";
import type { InstanceScope } from "../instance-scope.ts";
import { databaseMigrate } from "./database-migrate.ts";
import { deliverySettle } from "./delivery-settle.ts";
import { eventRedact } from "./event-redact.ts";
import { eventSend } from "./event-send.ts";
import { fileClose } from "./file-close.ts";
import { fileDownload } from "./file-download.ts";
import { fileFetch } from "./file-fetch.ts";
import { fileLimit } from "./file-limit.ts";
import { fileSend } from "./file-send.ts";
import { fileUpload } from "./file-upload.ts";
import { healthSet } from "./health-set.ts";
import { helpSend } from "./help-send.ts";
import { httpFetch } from "./http-fetch.ts";
import { logWrite } from "./log-write.ts";
import type { HostMethod } from "./method.ts";
import { noteCall } from "./note-call.ts";
import { profileSet } from "./profile-set.ts";
import { programRun } from "./program-run.ts";
import { receiptSend } from "./receipt-send.ts";
import { roomBan } from "./room-ban.ts";
import { roomCreate } from "./room-create.ts";
import { roomEncrypted } from "./room-encrypted.ts";
import { roomHistory } from "./room-history.ts";
import { roomInfo } from "./room-info.ts";
import { roomInvite } from "./room-invite.ts";
import { roomKick } from "./room-kick.ts";
import { roomMembers } from "./room-members.ts";
import { roomName } from "./room-name.ts";
import { roomSender } from "./room-sender.ts";
import { roomStateGet } from "./room-state-get.ts";
import { roomStateSet } from "./room-state-set.ts";
import { roomUnban } from "./room-unban.ts";
import { storeDelete, storeGet, storeList, storeSet } from "./store.ts";
import { typingSet } from "./typing-set.ts";
import { webSocketClose } from "./web-socket-close.ts";
import { webSocketOpen } from "./web-socket-open.ts";
import { webSocketReceive } from "./web-socket-receive.ts";
import { webSocketSend } from "./web-socket-send.ts";

const METHODS: Record<keyof HostApi, HostMethod> = {
  "event.send": eventSend,
  "event.redact": eventRedact,
  "help.send": helpSend,
  "typing.set": typingSet,
  "receipt.send": receiptSend,
  "health.set": healthSet,
  "profile.set": profileSet,
  "file.fetch": fileFetch,
  "file.download": fileDownload,
  "file.upload": fileUpload,
  "file.send": fileSend,
  "file.limit": fileLimit,
  "file.close": fileClose,
  "room.create": roomCreate,
  "room.invite": roomInvite,
  "room.kick": roomKick,
  "room.ban": roomBan,
  "room.unban": roomUnban,
  "room.state.get": roomStateGet,
  "room.state.set": roomStateSet,
  "room.name": roomName,
  "room.sender": roomSender,
  "room.encrypted": roomEncrypted,
  "room.info": roomInfo,
  "room.members": roomMembers,
  "room.history": roomHistory,
  "store.get": storeGet,
  "store.set": storeSet,
  "store.delete": storeDelete,
  "store.list": storeList,
  "database.migrate": databaseMigrate,
  "http.fetch": httpFetch,
  "web-socket.open": webSocketOpen,
  "web-socket.send": webSocketSend,
  "web-socket.receive": webSocketReceive,
  "web-socket.close": webSocketClose,
  "program.run": programRun,
  "log.write": logWrite,
  "delivery.settle": deliverySettle,
};

/**
 * The host's side of a worker's RPC.
 *
 * @param scopeOf the scope of an instance that runs in this worker, `undefined` for all others
 * @param onUnexpected told of failures that are the host's own; the plugin learns only that it was one
 */
export function createHostApi(
  scopeOf: (instanceId: string) => InstanceScope | undefined,
  onUnexpected: (method: string, error: unknown) => void,
): Methods {
  return Object.fromEntries(
    Object.entries(METHODS).map(([name, method]) => {
      const call = (params: unknown, instanceId: string): unknown => {
        const scope = scopeOf(instanceId);
        if (!scope) throw new HostError("CLOSED", "The instance is not running.");
        const noted = noteCall(scope, name, params);
        try {
          const result = method.call(scope, params);
          if (!(result instanceof Promise)) return result;
          if (!noted) return result.catch((error: unknown) => fail(scope, name, error));
          return result.then(noted.done, (error: unknown) => {
            noted.failed(error);
            return fail(scope, name, error);
          });
        } catch (error) {
          noted?.failed(error);
          return fail(scope, name, error);
        }
      };
      return [name, call];
    }),
  );

  function fail({ signal }: InstanceScope, method: string, error: unknown): never {
    // Whatever it was that broke off: it did because the instance was stopped.
    if (signal.aborted) throw new HostError("CLOSED", "The instance was stopped.");
    if (error instanceof AppError) throw new HostError(error.code, error.message, error.data);
    if (error instanceof MatrixError) throw new HostError(error.errcode, error.error ?? error.errcode);
    onUnexpected(method, error);
    throw new HostError("INTERNAL", "The host failed; its log says why.");
  }
}
