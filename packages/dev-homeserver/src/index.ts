export type { Registration } from "./accounts/interactive-auth.ts";
export { startDevHomeserver } from "./homeserver.ts";
export type { DevHomeserver, DevHomeserverOptions } from "./options.ts";
export type { Inject } from "./rooms/inject.ts";
export type { RateLimit } from "./rooms/rate-limit.ts";
