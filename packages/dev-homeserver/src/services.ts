import type { Appservices } from "./accounts/appservices.ts";
import type { InteractiveAuth } from "./accounts/interactive-auth.ts";
import type { LoginTokens } from "./accounts/login-tokens.ts";
import type { CheckPassword } from "./accounts/password-auth.ts";
import type { Sessions } from "./accounts/sessions.ts";
import type { Media } from "./media/media.ts";
import type { SingleSignOn } from "./options.ts";
import type { ClientEvents } from "./rooms/client-event.ts";
import type { MemberContent } from "./rooms/create-room.ts";
import type { TakeMessage } from "./rooms/rate-limit.ts";
import type { Rooms } from "./rooms/rooms.ts";
import type { Timelines } from "./rooms/timeline.ts";
import type { AccountDataStore } from "./store/account-data.ts";
import type { AccountStore } from "./store/accounts.ts";
import type { DeviceKeyStore } from "./store/device-keys.ts";
import type { EventStore } from "./store/events.ts";
import type { FilterStore } from "./store/filters.ts";
import type { KeyBackupStore } from "./store/key-backups.ts";
import type { MediaStore } from "./store/media.ts";
import type { OneTimeKeyStore } from "./store/one-time-keys.ts";
import type { ReceiptStore } from "./store/receipts.ts";
import type { RelationStore } from "./store/relations.ts";
import type { RoomStore } from "./store/rooms.ts";
import type { Stream } from "./store/stream.ts";
import type { ToDeviceStore } from "./store/to-device.ts";
import type { DeviceLists } from "./sync/device-lists.ts";
import type { SyncQuery, SyncResult } from "./sync/sync.ts";
import type { Typing } from "./sync/typing.ts";
import type { Waiters } from "./sync/waiters.ts";

/** All that routes are made of; each takes what it needs. Built in `homeserver.ts`. */
export interface Services {
  readonly serverName: string;
  readonly accountStore: AccountStore;
  readonly sessions: Sessions;
  readonly appservices: Appservices;
  readonly interactiveAuth: InteractiveAuth;
  readonly loginTokens: LoginTokens;
  readonly checkPassword: CheckPassword;
  /** Undefined where there is none. */
  readonly singleSignOn: SingleSignOn | undefined;
  readonly events: EventStore;
  readonly relations: RelationStore;
  readonly roomStore: RoomStore;
  readonly rooms: Rooms;
  readonly memberContent: MemberContent;
  readonly timelines: Timelines;
  readonly clientEvents: ClientEvents;
  readonly takeMessage: TakeMessage;
  readonly stream: Stream;
  readonly accountData: AccountDataStore;
  readonly receipts: ReceiptStore;
  readonly filters: FilterStore;
  readonly toDevice: ToDeviceStore;
  readonly deviceKeys: DeviceKeyStore;
  readonly oneTimeKeys: OneTimeKeyStore;
  readonly deviceLists: DeviceLists;
  readonly keyBackups: KeyBackupStore;
  readonly typing: Typing;
  readonly waiters: Waiters;
  /** Told of every sync that begins. */
  readonly onSync: (userId: string) => void;
  readonly sync: (query: SyncQuery) => SyncResult;
  readonly mediaStore: MediaStore;
  readonly media: Media;
}
