/** What the API's description says of a route. */
export interface Operation {
  /** The name that generated clients give it. */
  id: string;
  summary: string;
}

/** What the routes are about: the first part of their paths. */
export const TAGS: Readonly<Record<string, string>> = {
  session: "Signing in and out.",
  sessions: "Where you are signed in.",
  tokens: "API tokens, for programs.",
  users: "Users, and their sessions and tokens in an admin's hands.",
  "audit-log": "Who changed what.",
  accounts: "The bots' Matrix accounts.",
  homeserver: "What a homeserver offers, before there is an account.",
  plugins: "Bundles, their permissions and their versions.",
  catalogue: "Bundles that come with Rookery.",
  instances: "Bots: a plugin in an account, with a config, a log and a database.",
  events: "What happens to the bots, as it happens.",
  history: "What happened over the last days.",
  usage: "Memory and processor time.",
  notices: "What needs attention.",
  backups: "The whole host as files.",
  configuration: "How Rookery was set up when it was started.",
  playground: "The homeserver that `npm start` brings along.",
  health:
    "Whether the host lives and can do its work, and its figures. For monitors; only the figures need a sign-in.",
};

/**
 * Every documented route, by method and path (below `/api/v1` but for `/healthz`, `/readyz` and `/metrics`), with its name for programs and for people. Who may use it
 * is in `access.ts`, its shapes are in `contract.ts`. A route that is not here fails the tests.
 */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  "POST /session": { id: "signIn", summary: "Sign in with a name and a password" },
  "POST /session/one-time": { id: "signInOnce", summary: "Sign in with the token of a one-time link" },
  "GET /session": { id: "getSession", summary: "Who is signed in" },
  "DELETE /session": { id: "signOut", summary: "Sign out" },
  "PUT /session/password": { id: "setPassword", summary: "Set your name and password" },
  "GET /sessions": { id: "listSessions", summary: "Your sessions, the last used first" },
  "DELETE /sessions": { id: "endOtherSessions", summary: "End all your sessions but this one" },
  "DELETE /sessions/{id}": { id: "endSession", summary: "End one of your sessions" },

  "GET /tokens": { id: "listTokens", summary: "Your API tokens" },
  "POST /tokens": { id: "createToken", summary: "Make an API token, which is shown this once" },
  "DELETE /tokens/{id}": { id: "removeToken", summary: "Revoke one of your API tokens" },

  "GET /users": { id: "listUsers", summary: "All users" },
  "POST /users": { id: "addUser", summary: "Add a user, with a one-time link" },
  "GET /users/{name}": { id: "getUser", summary: "One user" },
  "PATCH /users/{name}": { id: "changeUser", summary: "Change a user's role" },
  "DELETE /users/{name}": { id: "removeUser", summary: "Remove a user with all sessions and tokens" },
  "POST /users/{name}/link": {
    id: "makeLink",
    summary: "A new one-time link, which takes the password away",
  },
  "GET /users/{name}/sessions": { id: "listSessionsOfUser", summary: "A user's sessions" },
  "DELETE /users/{name}/sessions": { id: "endSessionsOfUser", summary: "End all sessions of a user" },
  "DELETE /users/{name}/sessions/{id}": { id: "endSessionOfUser", summary: "End a session of a user" },
  "GET /users/{name}/tokens": { id: "listTokensOfUser", summary: "A user's API tokens" },
  "DELETE /users/{name}/tokens/{id}": { id: "removeTokenOfUser", summary: "Revoke a user's API token" },
  "GET /audit-log": { id: "getAuditLog", summary: "Who changed what, the newest first, page by page" },

  "GET /accounts": { id: "listAccounts", summary: "The bots' Matrix accounts" },
  "POST /accounts": { id: "addAccount", summary: "Log a Matrix account in, or register a new one" },
  "POST /accounts/sso": {
    id: "beginSingleSignOn",
    summary: "Begin to log an account in by its homeserver's single sign-on",
  },
  "POST /accounts/sso/callback": {
    id: "finishSingleSignOn",
    summary: "Add the account that a single sign-on gave, in the session that began it",
  },
  "GET /accounts/{id}": { id: "getAccount", summary: "One account" },
  "DELETE /accounts/{id}": { id: "removeAccount", summary: "Log an account out and forget it" },

  "PATCH /accounts/{id}": {
    id: "changeAccount",
    summary: "Set an account online or offline, which invitations it takes, and how its bots are called",
  },
  "GET /accounts/{id}/rooms": { id: "listRooms", summary: "The rooms that an account is in" },
  "DELETE /accounts/{id}/rooms/{room}": { id: "leaveRoom", summary: "Have an account leave a room" },
  "GET /accounts/{id}/invites": { id: "listInvites", summary: "Invitations that wait for an answer" },
  "POST /accounts/{id}/invites/{room}/accept": { id: "acceptInvite", summary: "Accept an invitation" },
  "DELETE /accounts/{id}/invites/{room}": { id: "rejectInvite", summary: "Reject an invitation" },
  "GET /accounts/{id}/profile": { id: "getProfile", summary: "An account's display name and avatar" },
  "PUT /accounts/{id}/profile": { id: "setProfile", summary: "Set an account's display name" },
  "GET /accounts/{id}/avatar": { id: "getAvatar", summary: "An account's avatar, as an image" },
  "PUT /accounts/{id}/avatar": { id: "setAvatar", summary: "Set an account's avatar" },
  "DELETE /accounts/{id}/avatar": { id: "removeAvatar", summary: "Take an account's avatar away" },
  "GET /accounts/{id}/encryption": {
    id: "getEncryption",
    summary:
      "An account's end-to-end encryption: its device, its identity, its backup, verifications under way",
  },
  "POST /accounts/{id}/encryption/set-up": {
    id: "setUpEncryption",
    summary: "Make an account's identity and backup, and show its recovery key once",
  },
  "POST /accounts/{id}/encryption/recover": {
    id: "recoverEncryption",
    summary: "Take an account's identity and room keys in by its recovery key",
  },
  "POST /accounts/{id}/encryption/reset": {
    id: "resetEncryption",
    summary: "Give an account's identity, recovery key and backup up for new ones",
  },
  "POST /accounts/{id}/encryption/verifications": {
    id: "requestVerification",
    summary: "Ask another session to verify this host's device by emoji",
  },
  "POST /accounts/{id}/encryption/verifications/{verification}": {
    id: "stepVerification",
    summary: "Accept a verification, say whether the emoji match, or cancel it",
  },
  "GET /homeserver": { id: "getHomeserver", summary: "Find a homeserver, and what it offers for a login" },

  "GET /plugins": { id: "listPlugins", summary: "The installed plugins" },
  "POST /plugins": { id: "installPlugin", summary: "Upload a bundle: install a plugin, or upgrade it" },
  "GET /catalogue": { id: "listOfferedPlugins", summary: "The bundles that come with Rookery" },
  "POST /catalogue": { id: "installOfferedPlugin", summary: "Install one of them, or upgrade to it" },
  "GET /plugins/{id}": { id: "getPlugin", summary: "One plugin" },
  "PUT /plugins/{id}/grants": { id: "grantPermissions", summary: "Grant or refuse what a plugin asks for" },
  "POST /plugins/{id}/rollback": { id: "rollBackPlugin", summary: "Go back to the version before" },
  "POST /plugins/{id}/upgrade": {
    id: "acceptUpgrade",
    summary: "Accept an upgrade that waits for the operator's word",
  },
  "DELETE /plugins/{id}/upgrade": { id: "dismissUpgrade", summary: "Discard an upgrade that waits" },
  "DELETE /plugins/{id}": { id: "removePlugin", summary: "Uninstall a plugin that no instance uses" },

  "GET /instances": { id: "listInstances", summary: "All instances, with their state" },
  "POST /instances": { id: "createInstance", summary: "Create an instance of a plugin in an account" },
  "POST /instances/duplicate": {
    id: "duplicateInstance",
    summary: "Make an instance like another one, with its data where told",
  },
  "POST /instances/import": {
    id: "importInstance",
    summary: "Make an instance of an exported file",
  },
  "POST /instances/{id}/export": {
    id: "exportInstance",
    summary: "An instance as one file: config, rooms, database and key-value store",
  },
  "GET /instances/{id}": { id: "getInstance", summary: "One instance" },
  "PATCH /instances/{id}": { id: "changeInstance", summary: "Change an instance's config and settings" },
  "DELETE /instances/{id}": { id: "removeInstance", summary: "Delete an instance with its data" },
  "POST /instances/{id}/start": { id: "startInstance", summary: "Start an instance" },
  "POST /instances/{id}/stop": { id: "stopInstance", summary: "Stop an instance" },
  "POST /instances/{id}/restart": { id: "restartInstance", summary: "Restart an instance" },
  "DELETE /instances/{id}/overflow": {
    id: "dismissOverflow",
    summary: "Take note of what a full inbox refused",
  },
  "GET /instances/{id}/permissions": {
    id: "listPermissions",
    summary: "What an instance may do, and when it last did",
  },
  "GET /instances/{id}/logs": { id: "getLogs", summary: "The last lines of an instance's log" },
  "GET /instances/{id}/database": {
    id: "getDatabase",
    summary: "The tables of an instance's database, with their columns and how many rows they have",
  },
  "GET /instances/{id}/database/tables/{table}": {
    id: "readTable",
    summary: "The rows of a table, page by page; as CSV with `Accept: text/csv`",
  },
  "POST /instances/{id}/database/query": {
    id: "queryDatabase",
    summary: "Run a SQL statement in an instance's database; to write, the role deployer is needed",
  },
  "GET /instances/{id}/files": { id: "listFiles", summary: "The files that an instance's plugin holds now" },
  "GET /instances/{id}/files/{file}": { id: "getFile", summary: "One of them, as a file to save" },
  "DELETE /instances/{id}/files/{file}": {
    id: "removeFile",
    summary: "Delete one of them; its plugin then holds it no longer",
  },
  "GET /instances/{id}/deliveries": {
    id: "listDeliveries",
    summary: "What became of an instance's last events, and what is on its way",
  },
  "GET /instances/{id}/deliveries/{delivery}": {
    id: "getDelivery",
    summary: "What became of one event: what matched, what it sent, what failed",
  },
  "GET /instances/{id}/failed-deliveries": {
    id: "listFailedDeliveries",
    summary: "Events whose handler failed, of the last 7 days",
  },
  "POST /instances/{id}/failed-deliveries/{delivery}/rerun": {
    id: "rerunDelivery",
    summary: "Have a failed event handled again",
  },

  "GET /instances/{id}/history": {
    id: "getInstanceHistory",
    summary: "What an instance received, sent and failed at, over the last hours",
  },
  "GET /history": { id: "getHistory", summary: "The same of all instances, and what the host used" },
  "GET /usage": { id: "getUsage", summary: "Memory and processor time of the host and its workers, now" },
  "GET /events": { id: "followEvents", summary: "A stream of changes, log lines and deliveries" },
  "GET /notices": { id: "listNotices", summary: "What needs the operator's attention, and what to do" },
  "GET /configuration/differences": {
    id: "listConfigurationDifferences",
    summary: "What is not as the configuration says, and why",
  },
  "GET /configuration": {
    id: "getConfiguration",
    summary: "The configuration with which Rookery runs, and where each value came from",
  },
  "GET /backups": { id: "listBackups", summary: "The backups that are there, the newest first" },
  "POST /backups": { id: "createBackup", summary: "Make a backup of the whole host now" },
  "GET /backups/{name}": { id: "getBackup", summary: "A backup, as a file" },
  "DELETE /backups/{name}": { id: "removeBackup", summary: "Delete a backup" },
  "GET /healthz": { id: "isAlive", summary: "That the process lives" },
  "GET /readyz": { id: "isReady", summary: "Whether it can do its work, and what is in the way" },
  "GET /metrics": { id: "getMetrics", summary: "What the host counts, as Prometheus reads it" },
  "POST /playground/people": {
    id: "addPerson",
    summary: "Make another person to speak as in the playground",
  },
  "GET /playground": { id: "getPlayground", summary: "The playground's room and login, where there is one" },
};
