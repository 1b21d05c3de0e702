export { addDevices } from "./devices.ts";
export { type KeyServer, keyServer } from "./key-server.ts";
export { writeRoomKeys } from "./room-keys.ts";
