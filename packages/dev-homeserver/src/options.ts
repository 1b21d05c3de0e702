import type { AppserviceRegistration } from "./accounts/appservices.ts";
import type { Registration } from "./accounts/interactive-auth.ts";
import type { Inject } from "./rooms/inject.ts";
import type { RateLimit } from "./rooms/rate-limit.ts";

/** A single sign-on that asks nobody who they are. */
export interface SingleSignOn {
  /** The name of whom it logs in. */
  readonly user: string;
  /** Whether it shows a page with a link, as homeservers do, or leads back at once, which is the default. */
  readonly confirm?: boolean;
}

export interface DevHomeserverOptions {
  /** Where everything is kept; made if it is not there. */
  readonly dataDir: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** The part after the colon in user IDs. A data directory keeps the name it was made with. Default `dev.localhost`. */
  readonly serverName?: string;
  /** Who may register. Default `"open"`. */
  readonly registration?: Registration;
  /** Offers single sign-on. Default: none. */
  readonly singleSignOn?: SingleSignOn;
  /** The largest upload, in bytes. Default 50 MiB. */
  readonly maxUploadBytes?: number;
  /** Limits how fast each user may send messages; off by default. */
  readonly rateLimit?: RateLimit;
  /** Application services, as their registration files have them. They are told of nothing by HTTP. Default: none. */
  readonly appservices?: readonly AppserviceRegistration[];
  /** Serves `POST /_rookery/inject` and `/_rookery/feed`, for benchmarks: anybody may send as anybody there. Default false. */
  readonly inject?: boolean;
  /** Told of the start and of failures; nothing is logged per request. */
  readonly log?: (message: string, error?: unknown) => void;
}

export interface DevHomeserver {
  /** `http://127.0.0.1:<port>`, for clients. */
  readonly url: string;
  readonly port: number;
  readonly serverName: string;
  /** Puts messages of one user into a room without a request for each. */
  readonly inject: Inject;
  /** Ends waiting requests, commits and closes the files. */
  close(): Promise<void>;
}
