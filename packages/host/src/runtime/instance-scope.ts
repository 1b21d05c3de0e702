import type { CommandGroup, LogEntry, Outcome } from "@rookery/plugin-sdk/protocol";
import type { HostMatrixClient } from "../matrix/client.ts";
import type { MatrixHttp } from "../matrix/http.ts";
import type { MadePreview } from "../pictures/preview-frames.ts";
import type { HostCall } from "../store/delivery-traces.ts";
import type { KeyValueStore } from "../store/key-value.ts";
import type { InstanceDatabase } from "./databases.ts";
import type { InFlight } from "./dispatcher.ts";
import type { Files } from "./files.ts";
import type { Impersonation } from "./impersonation.ts";
import type { HealthCheck } from "./instance-health.ts";
import type { InstanceNetwork } from "./instance-network.ts";
import type { KnownRoom } from "./known-room.ts";
import type { LiveGrants } from "./live-grants.ts";
import type { Granted } from "./permissions.ts";
import type { Picture } from "./picture-process.ts";
import type { Programs } from "./programs.ts";
import type { RoomWriter } from "./room-writer.ts";
import type { WebSockets } from "./web-sockets.ts";

/** All that one instance can reach through the host: its own things, and nobody else's. */
export interface InstanceScope {
  readonly id: string;
  readonly userId: string;
  /** The instance's private directory. */
  readonly directory: string;
  /** As it is now; do not keep it over an `await`. */
  readonly granted: Granted;
  readonly grants: LiveGrants;
  /** Aborted when the instance stops. */
  readonly signal: AbortSignal;
  readonly client: HostMatrixClient;
  readonly http: MatrixHttp;
  readonly writer: RoomWriter;
  readonly impersonation: Impersonation;
  /**
   * What is kept of a room of the account.
   *
   * @throws AppError `PERMISSION_DENIED` where the instance may not act in it
   */
  room(roomId: string): KnownRoom;
  readonly files: Files;
  /**
   * @param isWanted asked when its turn comes
   * @throws Error that says why there is no preview, as a sentence
   */
  decodePicture(picture: Picture, isWanted: () => boolean): Promise<MadePreview>;
  /** How long what is sent waits for a preview, from when that was first asked for. */
  readonly previewPatienceMs: number;
  readonly store: KeyValueStore;
  readonly database: InstanceDatabase;
  readonly network: InstanceNetwork;
  readonly webSockets: WebSockets;
  readonly programs: Programs;
  /** The commands of all instances of the account that act in a room, by plugin. */
  commands(roomId: string): CommandGroup[];
  /**
   * Makes a room once for the next write of a delivery; the instance may act there from then on.
   *
   * @param body of `POST /createRoom`
   * @returns its room ID
   */
  makeRoom(delivery: InFlight, body: object): Promise<string>;
  /** @throws AppError `DELIVERY_ENDED` unless a handler of this instance runs for it now */
  delivery(id: number): InFlight;
  /** Begins to note a call in the trace of a delivery; `undefined` where none of this ID runs, or enough is noted. */
  noteCall(id: number, method: string): HostCall | undefined;
  /** The largest file that its homeserver takes, in bytes; `null` where it does not say. */
  uploadLimit(): Promise<number | null>;
  /** Notes how something is that the instance looks after. */
  tellHealth(told: Omit<HealthCheck, "since">): void;
  log(entry: LogEntry): void;
  settle(outcome: Outcome): void;
}
