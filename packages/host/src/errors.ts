/**
 * Every error that the host tells somebody about: its code, the HTTP status an API answer gets, and
 * a title. The message says what happened, to what, and what to do.
 */
export const ERRORS = {
  BAD_REQUEST: { status: 400, title: "The request is not of the expected form" },
  CONFIG_INVALID: { status: 400, title: "The configuration is not valid" },
  NOT_SIGNED_IN: { status: 401, title: "Not signed in" },
  SIGN_IN_FAILED: { status: 401, title: "Sign-in failed" },
  FORBIDDEN: { status: 403, title: "Not allowed" },
  ORIGIN_REFUSED: { status: 403, title: "The request came from another site" },
  NOT_FOUND: { status: 404, title: "Not found" },
  CONFLICT: { status: 409, title: "It conflicts with what is there" },
  LAST_ADMIN: { status: 409, title: "Nobody else could manage Rookery" },
  IDEMPOTENCY_KEY_UNANSWERED: { status: 409, title: "It is not known whether it was created" },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: "The Idempotency-Key belongs to another request" },
  MANAGED: { status: 409, title: "The configuration says how it is" },
  IN_USE: { status: 409, title: "It is in use" },
  CHANGED_MEANWHILE: { status: 412, title: "It was changed meanwhile" },
  CONTENT_TYPE: { status: 415, title: "The content type is not accepted" },
  TOO_LARGE: { status: 413, title: "Too large" },
  TOO_MANY_REQUESTS: { status: 429, title: "Too many requests" },
  INTERNAL: { status: 500, title: "Rookery itself failed" },

  BUNDLE_TOO_LARGE: { status: 413, title: "The bundle is too large" },
  BUNDLE_NOT_ZIP: { status: 422, title: "The bundle is not a zip file" },
  BUNDLE_ENTRY_COUNT: { status: 422, title: "The bundle has too many entries" },
  BUNDLE_RATIO: { status: 422, title: "The bundle inflates beyond its limits" },
  BUNDLE_PATH: { status: 422, title: "The bundle has an entry with a forbidden path" },
  BUNDLE_LINK: { status: 422, title: "The bundle has a link" },
  BUNDLE_DUPLICATE: { status: 422, title: "The bundle has an entry twice" },
  BUNDLE_NO_MANIFEST: { status: 422, title: "The bundle has no manifest" },
  BUNDLE_MANIFEST_INVALID: { status: 422, title: "The bundle's manifest is not valid" },
  BUNDLE_NO_CODE: { status: 422, title: "The bundle has no code" },
  BUNDLE_MAUBOT: { status: 422, title: "This is a maubot plugin" },
  BUNDLE_HOST_RANGE: { status: 422, title: "The plugin does not run on this version of Rookery" },
  BUNDLE_ALTERED: { status: 422, title: "The bundle was changed after it was signed" },
  BUNDLE_UNTRUSTED: { status: 422, title: "The bundle is not signed by a trusted key" },
  BUNDLE_CODE_REFUSED: { status: 422, title: "The plugin's code cannot run in the sandbox" },

  EXPORT_INVALID: { status: 422, title: "This is no exported instance" },
  EXPORT_NEWER: { status: 422, title: "It was exported by a newer version of Rookery" },
  PLUGIN_MISSING: { status: 422, title: "The plugin is not installed" },
  PASSPHRASE_WRONG: { status: 422, title: "The passphrase is not the export's" },

  BACKUP_FAILED: { status: 507, title: "The backup could not be made" },
  BACKUP_INVALID: { status: 422, title: "This is no backup, or it is damaged" },
  BACKUP_ENCRYPTED: { status: 422, title: "The backup is encrypted" },
  IDENTITY_WRONG: { status: 422, title: "The backup is encrypted to somebody else" },
  RECIPIENT_INVALID: { status: 400, title: "It is no recipient of age's" },
  BACKUP_NEWER: { status: 422, title: "The backup is of a newer version of Rookery" },

  SNAPSHOT_FAILED: { status: 507, title: "The data could not be copied" },
  PLUGIN_START_FAILED: { status: 422, title: "The plugin did not start" },
  DATABASE: { status: 422, title: "The plugin's database refused" },
  PERMISSION_DENIED: { status: 403, title: "The permission was not granted" },
  DELIVERY_ENDED: { status: 409, title: "The event's handler has ended" },
  DEADLINE: { status: 504, title: "It took too long" },
  NETWORK_FAILED: { status: 502, title: "The other side could not be reached" },
  HTTP_STATUS: { status: 502, title: "The other side answered with an error" },
  NO_SUCH_FILE: { status: 404, title: "There is no such file" },
  NO_SUCH_SOCKET: { status: 404, title: "There is no such WebSocket" },
  NO_SUCH_PROGRAM: { status: 404, title: "There is no such program" },
  NO_SANDBOX: { status: 503, title: "There is no sandbox for the program" },
  LIMIT: { status: 429, title: "A limit was reached" },

  HOMESERVER_UNREACHABLE: { status: 502, title: "The homeserver could not be reached" },
  HOMESERVER_REFUSED: { status: 502, title: "The homeserver refused" },
  HOMESERVER_NOT_FOUND: { status: 422, title: "No homeserver was found there" },
  REGISTRATION_FAILED: { status: 422, title: "The homeserver did not register the user" },
  SSO_NOT_OFFERED: { status: 422, title: "The homeserver offers no such single sign-on" },
  SSO_EXPIRED: { status: 422, title: "This single sign-on is not known, or too old" },
  SSO_OTHER_SESSION: { status: 403, title: "This single sign-on was begun elsewhere" },
  LOGIN_FAILED: { status: 422, title: "The homeserver did not accept the login" },
  PASSWORD_NEEDED: { status: 422, title: "The homeserver asks for the account's password" },
  APPROVAL_NEEDED: { status: 422, title: "The homeserver wants it approved in a browser" },
  RECOVERY_KEY_WRONG: { status: 422, title: "This is not the account's recovery key" },
  TOKEN_REVOKED: { status: 422, title: "The homeserver no longer accepts the login" },

  ENCRYPTION_FAILED: { status: 422, title: "It could not be encrypted" },

  DATA_LOCKED: { status: 409, title: "Another host uses the data directory" },
  DATA_UNWRITABLE: { status: 503, title: "The data directory cannot be written" },
  DATABASE_NEWER: { status: 409, title: "The database is of a newer version" },
  RESTORE_UNFINISHED: { status: 409, title: "A restore was cut off" },
  DATABASE_OLDER: { status: 409, title: "The database is of an older version" },
  SECRET_UNREADABLE: { status: 500, title: "A stored secret cannot be read" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** What was wrong in a part of the input; `path` is a JSON pointer. */
export interface FieldError {
  path: string;
  message: string;
}

/** The one error of the host. `message` is for the person who reads it; the cause goes to the log. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly fields: FieldError[] | undefined;
  /** Facts for programs, such as the size that was too large. */
  readonly data: Record<string, number | string> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    more: { cause?: unknown; fields?: FieldError[]; data?: Record<string, number | string> } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.fields = more.fields;
    this.data = more.data;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}

/** The sentence of anything that was thrown, for a message or a status reason. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error && thrown.message !== "" ? thrown.message : String(thrown);
}
