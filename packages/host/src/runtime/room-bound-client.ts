import type { SealedEvent } from "../matrix/account-encryption.ts";
import { HostMatrixClient } from "../matrix/client.ts";
import type { MatrixHttp } from "../matrix/http.ts";

const OF_A_ROOM = /^\/_matrix\/client\/[^/]+\/rooms\/([^/?]+)/;

/** An event as it is sent into a room. @param as the user in whose name, if not the account's own */
export type Seal = (roomId: string, type: string, content: object, as?: string) => Promise<SealedEvent>;

/**
 * An instance's Matrix client: every request that names a room goes through one check, so that no
 * method of the host API, also none that is still to come, acts where the instance may not; and every event is
 * encrypted where its room is.
 */
export class RoomBoundClient extends HostMatrixClient {
  readonly #checkRoom: (roomId: string) => void;
  readonly #seal: Seal;

  /** @param checkRoom throws for a room in which the instance may not act */
  constructor(
    login: Pick<HostMatrixClient, "homeserverUrl" | "accessToken" | "service">,
    http: MatrixHttp,
    checkRoom: (roomId: string) => void,
    seal: Seal,
  ) {
    super(login.homeserverUrl, login.accessToken, http, login.service);
    this.#checkRoom = checkRoom;
    this.#seal = seal;
  }

  override async doRequest(...request: Parameters<HostMatrixClient["doRequest"]>) {
    const roomId = OF_A_ROOM.exec(request[1])?.[1];
    if (roomId !== undefined) this.#checkRoom(decodeURIComponent(roomId));
    return await super.doRequest(...request);
  }

  override async putEvent(roomId: string, type: string, txnId: string, content: object, as?: string) {
    this.#checkRoom(roomId);
    const sealed = await this.#seal(roomId, type, content, as);
    return await super.putEvent(roomId, sealed.type, txnId, sealed.content, as);
  }
}
