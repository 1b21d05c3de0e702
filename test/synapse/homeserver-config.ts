/** How a throw-away Synapse is to behave; everything not named here is fixed for tests (see {@link homeserverYaml}). */
export interface SynapseOptions {
  /** Who may register: with a registration token (default), anybody, or nobody. */
  registration?: "token" | "open" | "closed";
  /** `rc_message`: left low, to see `M_LIMIT_EXCEEDED` handled. Unset: no limit is ever reached. */
  rateLimit?: { perSecond: number; burst: number };
  /** Appservice registration files (paths on this machine); each is copied into the server's data folder. */
  appservices?: string[];
  /** Largest media upload in bytes. Default: 50 MiB. */
  maxUploadBytes?: number;
  /** A CAS server (its URL), by whose single sign-on people log in, too. */
  cas?: string;
  /** Port on 127.0.0.1. Default: a free one, kept over restarts. */
  port?: number;
}

/** The part of a user ID after the colon; the name of every test server. */
export const SERVER_NAME = "rook.test";

/** Guards nothing but a loopback server with a life of seconds. */
export const REGISTRATION_SHARED_SECRET = "test-registration-secret";

const REGISTRATION = {
  token: "enable_registration: true\nregistration_requires_token: true",
  open: "enable_registration: true\nenable_registration_without_verification: true",
  closed: "enable_registration: false",
};

/** The protocol's version decides about paths; the third is the newest. */
const casYaml = (url: string) => `cas_config: { server_url: '${url}', protocol_version: 3 }\n`;

const UNLIMITED = "{ per_second: 100000, burst_count: 1000000 }";

/**
 * The homeserver.yaml of a test server: one HTTP listener on 127.0.0.1, SQLite, no federation, no rate limits,
 * cheap password hashes, and nothing counted or indexed that no bot asks for. Names are those of Synapse's
 * "Configuring Synapse" manual.
 *
 * @param folder the data folder as Synapse sees it
 * @param appservices registration files as Synapse sees them
 */
export function homeserverYaml(
  folder: string,
  port: number,
  options: SynapseOptions,
  appservices: string[],
): string {
  const { registration = "token", rateLimit, maxUploadBytes = 50 * 1024 * 1024, cas } = options;
  const message = rateLimit
    ? `{ per_second: ${rateLimit.perSecond}, burst_count: ${rateLimit.burst} }`
    : UNLIMITED;
  return `server_name: ${SERVER_NAME}
public_baseurl: http://127.0.0.1:${port}/
pid_file: ${folder}/pid
signing_key_path: ${folder}/signing.key
log_config: ${folder}/log.yaml
media_store_path: ${folder}/media
max_upload_size: ${maxUploadBytes}
report_stats: false
listeners:
  - port: ${port}
    bind_addresses: ['127.0.0.1']
    type: http
    tls: false
    resources: [{ names: [client] }]
database:
  name: sqlite3
  args: { database: ${folder}/db.sqlite }
registration_shared_secret: ${REGISTRATION_SHARED_SECRET}
macaroon_secret_key: test-macaroon-secret
form_secret: test-form-secret
${REGISTRATION[registration]}
bcrypt_rounds: 4
presence: { enabled: false }
trusted_key_servers: []
suppress_key_server_warning: true
federation_domain_whitelist: []
url_preview_enabled: false
push: { enabled: false }
user_directory: { enabled: false, search_all_users: false }
stats: { enabled: false }
app_service_config_files: ${JSON.stringify(appservices)}
rc_message: ${message}
rc_registration: ${UNLIMITED}
rc_registration_token_validity: ${UNLIMITED}
rc_login: { address: ${UNLIMITED}, account: ${UNLIMITED}, failed_attempts: ${UNLIMITED} }
rc_admin_redaction: ${UNLIMITED}
rc_joins: { local: ${UNLIMITED}, remote: ${UNLIMITED} }
rc_joins_per_room: ${UNLIMITED}
rc_invites: { per_room: ${UNLIMITED}, per_user: ${UNLIMITED}, per_issuer: ${UNLIMITED} }
rc_third_party_invite: ${UNLIMITED}
rc_3pid_validation: ${UNLIMITED}
rc_media_create: ${UNLIMITED}
rc_key_requests: ${UNLIMITED}
rc_presence: { per_user: ${UNLIMITED} }
rc_delayed_event_mgmt: ${UNLIMITED}
rc_room_creation: ${UNLIMITED}
rc_reports: ${UNLIMITED}
rc_user_directory: ${UNLIMITED}
${cas === undefined ? "" : casYaml(cas)}`;
}

/** Python's logging configuration: warnings and worse, to `<folder>/log`. */
export function logYaml(folder: string): string {
  return `version: 1
formatters:
  line: { format: '%(asctime)s %(levelname)s %(name)s %(request)s %(message)s' }
filters:
  context: { (): synapse.logging.context.LoggingContextFilter, request: '' }
handlers:
  file: { class: logging.FileHandler, filename: ${folder}/log, formatter: line, filters: [context] }
loggers: { synapse.storage.SQL: { level: WARNING } }
root: { level: WARNING, handlers: [file] }
disable_existing_loggers: false
`;
}
