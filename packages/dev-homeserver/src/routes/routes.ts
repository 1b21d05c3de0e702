import type { Route } from "../http/route.ts";
import type { Services } from "../services.ts";
import { accountDataRoutes } from "./account-data.ts";
import { accountRoutes } from "./accounts.ts";
import { crossSigningRoutes } from "./cross-signing.ts";
import { deviceRoutes } from "./devices.ts";
import { directoryRoutes } from "./directory.ts";
import { historyRoutes } from "./history.ts";
import { keyBackupRoutes } from "./key-backup.ts";
import { keyRoutes } from "./keys.ts";
import { mediaRoutes } from "./media.ts";
import { membershipRoutes } from "./membership.ts";
import { profileRoutes } from "./profiles.ts";
import { receiptRoutes } from "./receipts.ts";
import { relationRoutes } from "./relations.ts";
import { roomRoutes } from "./rooms.ts";
import { sendRoutes } from "./send.ts";
import { serverRoutes } from "./server.ts";
import { singleSignOnRoutes } from "./single-sign-on.ts";
import { stateRoutes } from "./state.ts";
import { syncRoutes } from "./sync.ts";
import { toDeviceRoutes } from "./to-device.ts";

/** Every endpoint of the client-server API that this server has. */
export function allRoutes(services: Services): Route[] {
  return [
    ...serverRoutes(services),
    ...accountRoutes(services),
    ...singleSignOnRoutes(services),
    ...deviceRoutes(services),
    ...profileRoutes(services),
    ...roomRoutes(services),
    ...membershipRoutes(services),
    ...stateRoutes(services),
    ...sendRoutes(services),
    ...syncRoutes(services),
    ...accountDataRoutes(services),
    ...directoryRoutes(services),
    ...keyRoutes(services),
    ...crossSigningRoutes(services),
    ...keyBackupRoutes(services),
    ...toDeviceRoutes(services),
    ...historyRoutes(services),
    ...receiptRoutes(services),
    ...relationRoutes(services),
    ...mediaRoutes(services),
  ];
}
