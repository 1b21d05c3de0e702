import { HostMatrixClient } from "../matrix/client.ts";
import type { MatrixHttp } from "../matrix/http.ts";

const OF_A_ROOM = /^\/_matrix\/client\/[^/]+\/rooms\/([^/?]+)/;

/**
 * An instance's Matrix client: every request that names a room goes through one check, so that no
 * method of the host API, also none that is still to come, acts where the instance may not.
 */
export class RoomBoundClient extends HostMatrixClient {
  readonly #checkRoom: (roomId: string) => void;

  /** @param checkRoom throws for a room in which the instance may not act */
  constructor(
    login: Pick<HostMatrixClient, "homeserverUrl" | "accessToken" | "assertedUserId">,
    http: MatrixHttp,
    checkRoom: (roomId: string) => void,
  ) {
    super(login.homeserverUrl, login.accessToken, http, login.assertedUserId);
    this.#checkRoom = checkRoom;
  }

  override async doRequest(...request: Parameters<HostMatrixClient["doRequest"]>) {
    const roomId = OF_A_ROOM.exec(request[1])?.[1];
    if (roomId !== undefined) this.#checkRoom(decodeURIComponent(roomId));
    return await super.doRequest(...request);
  }
}
