const count = (number: number, one: string, many: string) => (number === 1 ? one : `${number} ${many}`);
/** "a", "a and b", "a, b and c" */
const listed = new Intl.ListFormat("en-GB", { type: "conjunction" });

export const texts = {
  title: "Accounts",
  add: "Add an account",
  emptyTitle: "No accounts yet",
  emptyDetail: "An account is the Matrix login a bot writes with. Use one made for the bot, not your own.",
  user: "User",
  userId: "user ID",
  status: "Status",
  lastSync: "Last sync",
  usedBy: "Used by",
  nobody: "no instance",
  invitesWait: (number: number) => count(number, "1 invitation waits", "invitations wait"),

  // one account
  account: "Account",
  overview: "Overview",
  rooms: "Rooms",
  roomsAndInvites: (number: number) => `Rooms (${count(number, "1 invitation", "invitations")})`,
  settings: "Settings",
  homeserver: "Homeserver",
  device: "Device",
  appservice: "Application service",
  noDevice: "without a device",
  unknown: "There is no such account",
  unknownDetail: "It was logged out, or the address is mistyped.",
  toList: "Show all accounts",
  online: "Online",
  cameOnline: (userId: string) => `${userId} is online again.`,
  wentOffline: (userId: string, instances: number) =>
    instances === 0
      ? `${userId} is offline.`
      : `${userId} is offline. ${count(instances, "Its instance waits", "instances wait")} until it is online again.`,
  adminsOnly: "Only an admin can change this.",
  logOut: "Log out",
  logOutTitle: (userId: string) => `Log out ${userId}?`,
  logOutDetail:
    "The access token and the device are deleted from this host. The account itself stays on its homeserver; you can log in again with its password.",
  loggedOut: (userId: string) => `${userId} is logged out.`,
  inUse: "Delete the instances that use it first.",

  // overview
  nextTitle: "No instance uses it yet",
  nextDetail: "It is logged in, and says nothing until a plugin runs with it.",
  createInstance: "Create an instance",
  whatItDoes: "What it does",
  presence: "Presence",
  presenceOnline: "Online: it follows its rooms, and its instances act there.",
  presenceOffline:
    "Offline: it reads nothing, joins nothing and says nothing, and its instances wait. When it is online again, what was said meanwhile is answered, up to the catch-up age of each instance.",
  syncs: "It syncs",
  syncsDetail:
    "Its rooms, from when it was added. Events that one of its instances asks for are kept until they are handled.",
  invitations: "Invitations",
  policySaid: {
    always: () => "It takes every invitation by itself.",
    "allow-list": (number: number) =>
      `It takes invitations from ${count(number, "one listed user or server", "listed users and servers")}; others wait.`,
    never: () => "It takes no invitation by itself; all wait for an answer.",
  },
  change: "Change",
  commands: "Commands",
  commandExample: (prefix: string) => `${prefix}help`,

  // profile
  profile: "Profile",
  displayName: "Display name",
  displayNameExample: "Rook",
  displayNameHelp: (name: string) =>
    `As whom it speaks in its rooms. Its bots answer to it, too: "${name}: help". Without one it is shown as its user ID.`,
  noDisplayName: "No display name",
  renamed: (userId: string, name: string | null) =>
    name === null ? `${userId} has no display name any more.` : `${userId} is called ${name} now.`,
  avatarOf: (userId: string) => `Picture of ${userId}`,
  avatarPreview: "How it will look",
  avatarHelp:
    "PNG, JPEG, GIF or WebP, up to 2 MiB. You can also drop one on this page. Clients show it round.",
  avatarDrop: "Drop a picture for this account",
  avatarChoose: "Choose a picture",
  avatarChosen: (name: string, size: string) => `${name}, ${size}. This is how it will look.`,
  avatarUse: "Use this picture",
  avatarRemove: "Remove the picture",
  avatarSet: (userId: string) => `${userId} has a new picture.`,
  avatarRemoved: (userId: string) => `${userId} has no picture any more.`,
  avatarProblem: {
    type: (name: string, _size: string) => `${name} is no PNG, JPEG, GIF or WebP picture.`,
    size: (name: string, size: string) => `${name} has ${size}. A picture may have up to 2 MiB.`,
  },

  // rooms
  asOfHomeserver: "As the homeserver has them",
  lookAgain: "Look again",
  noInvites: "No invitation waits.",
  nameless: "Room without a name",
  roomIdOf: (name: string) => `ID of ${name}`,
  encrypted: "Encrypted",
  invitedBy: "Invited by",
  inviterOf: (name: string) => `who invites to ${name}`,
  somebody: "somebody whom the homeserver does not name",
  accept: "Accept",
  acceptOf: (name: string) => `Accept the invitation to ${name}`,
  reject: "Reject",
  rejectOf: (name: string) => `Reject the invitation to ${name}`,
  answered: {
    accept: (userId: string, name: string) => `${userId} has joined ${name}.`,
    reject: (userId: string, name: string) => `${userId} has rejected the invitation to ${name}.`,
  },
  joined: (number: number) => `Joined rooms${number > 0 ? ` (${number})` : ""}`,
  room: "Room",
  members: "Members",
  notSaid: "not known",
  actsThere: "Acts there",
  noRooms: "It is in no room",
  leave: "Leave",
  leaveOf: (name: string) => `Leave ${name}`,
  leaveTitle: (name: string) => `Leave ${name}?`,
  leaveDetail: (acting: string) =>
    `It hears and says nothing there any more${acting === "" ? "" : `, and neither do its instances: ${acting}`}. To come back, somebody there has to invite it again.`,
  left: (userId: string, name: string) => `${userId} has left ${name}.`,

  // encryption
  encryption: "Encryption",
  encryptionDetails: "Details",
  encryptionSteps: { "set-up": "Set it up", recover: "Recover its identity" },
  howItIs: "How it is",
  thisDevice: "This device",
  encryptionIs: {
    unused: "The account has seen no encrypted room yet. Encryption begins by itself with the first one.",
    starting: "Starting.",
    on: "Its bots read and answer in encrypted rooms as in any other.",
    unavailable: "Its bots cannot read encrypted rooms.",
    offline: "The account is offline.",
  },
  fingerprint: "Fingerprint",
  identity: "Identity",
  identityIs: {
    none: "None yet. Others see the device as not verified.",
    here: "Its keys are on this host.",
    elsewhere: "The account has one, and this host does not have its keys.",
  },
  backup: "Key backup",
  backedUp: (backedUp: number, total: number) =>
    total === 0
      ? "On. There is no room key to keep yet."
      : `On: ${backedUp} of ${count(total, "1 room key", "room keys")}, encrypted, on the homeserver.`,
  noBackupHere:
    "This host adds none of its keys to the account's backup. What is said from now on is lost with its data.",
  noBackup: "Off. What was said in encrypted rooms is lost with this host's data.",
  setUp: "Set up encryption",
  setUpTitle: "Set up encryption",
  setUpDetail: "Others then see the bot's device as verified, and its room keys are backed up.",
  setUpSays:
    "It makes an identity for the account, signs this device with it, and begins a backup of the room keys on the homeserver. You then see the recovery key, once: a new host needs it to read what was said before.",
  recoveryKey: "Recovery key",
  keyTitle: "Keep this recovery key",
  keyDetail:
    "It is shown this once, and Rookery does not keep it. Put it where your other secrets are: with it, a new host, or Element, takes in the account's identity and room keys.",
  passwordOf: (userId: string) => `Password of ${userId}`,
  passwordAsked: "The homeserver asks for it before it takes an identity. It is not kept.",
  passwordRefused: "The homeserver did not take this password.",
  approvalTitle: "The homeserver wants it approved in a browser",
  approvalOpen: (host: string) => `Open ${host} in a new tab`,
  approvalAddress: "the address",
  approvalAs: (userId: string) =>
    `Be signed in there as ${userId}: where you are somebody else, copy the address into a private window.`,
  approvalApprove: "Approve it there.",
  approvalAgain: (again: string) =>
    `Come back within some minutes, and press “${again}”. Nothing was changed so far.`,
  setUpAgain: "Set up again",
  resetAgain: "Reset again",
  recoverTitle: "Recover the identity",
  recoverDetail:
    "The account was set up before: by another host, or in a client such as Element. Its recovery key makes this device a verified one, and brings what was said before.",
  recoveryKeyHelp: "Some clients call it security key. It is not kept.",
  recover: "Recover",
  recovered: (userId: string, total: number, failed: number) =>
    `The device of ${userId} is verified. The backup had ${count(total, "1 room key", "room keys")}${failed > 0 ? `; ${failed} could not be read` : ""}.`,
  verifyOwn: "Verify with another session",
  verifyOwnDetail: (userId: string) =>
    `Where ${userId} is logged in in a client such as Element, both can compare emoji. People begin a verification in their own client, in a room with the bot; it then shows here.`,
  verification: "Verification",
  sessionOf: (deviceId: string, userId: string) => `${userId} (${deviceId})`,
  emoji: "Emoji",
  verificationIs: {
    requested: (who: string) => `${who} asks to verify this device by comparing emoji.`,
    waiting: (who: string) => `Waiting for ${who}.`,
    comparing: (who: string) => `Does ${who} see the same seven, in the same order?`,
    matched: (who: string) => `Waiting for ${who} to say that they match.`,
    done: (who: string) => `Verified with ${who}.`,
    cancelled: (who: string) => `The verification with ${who} was cancelled.`,
  },
  verificationCancelled: (who: string, byThem: boolean, reason: string) =>
    `${byThem ? `${who} ended the verification` : `The verification with ${who} was ended here`}: ${reason.replace(/\.$/, "")}.`,
  verificationSteps: {
    accept: "Accept",
    match: "They match",
    mismatch: "They do not match",
    cancel: "Cancel",
  },
  encryptFor: "Who can read it",
  encryptForDetail: "Whose devices get the keys of what this account says in encrypted rooms.",
  encryptForLabel: "Send keys to",
  encryptForOf: {
    all: "All devices of a room's members",
    "cross-signed": "Devices that their owners have verified",
  },
  encryptForHelp: {
    all: "As Element does it. A device that somebody added to a member's account reads along.",
    "cross-signed":
      "The account has to be set up first, or it says nothing in encrypted rooms. Members who never set up their encryption cannot read its answers.",
  },
  encryptForSaved: (userId: string) => `Saved. It counts from the next message of ${userId} on.`,
  resetHeading: "Reset the identity",
  resetLead: "For when the recovery key is lost, or somebody else has it.",
  reset: "Reset the identity",
  resetTitle: (userId: string) => `Reset the identity of ${userId}?`,
  resetDetail:
    "Everybody who verified the account sees a warning, its other sessions are no longer verified, and the recovery key of before opens nothing any more. The room keys on this host stay, and go into a new backup.",

  // settings
  autojoinDetail:
    "What it takes by itself when somebody invites it to a room. The others wait under Rooms for you to accept or reject them.",
  autojoinLabel: "Join by itself",
  policies: { always: "Always", "allow-list": "From these users and servers", never: "Never" },
  policyDetails: {
    always: "Whoever knows its user ID can bring it into a room.",
    "allow-list": "Others' invitations wait for your answer.",
    never: "Every invitation waits for your answer.",
  },
  allowLabel: "Users and servers",
  allowHelp:
    "One per line. With an @ it is a user ID, else a server's name; * stands for any text, ? for one character.",
  allowExample: "@ada:example.org\n@*:example.net\n*.example.com",
  allowEmpty: "With nobody listed, choose Never.",
  globProblem: {
    space: (line: string) => `"${line}" has a space or comma in it. Write one a line.`,
    address: (line: string) => `"${line}" is an address. Write the server's name, such as example.org.`,
    user: (line: string) =>
      `"${line}" fits nobody. A user ID begins with its only @, as in @ada:example.org.`,
    "no-server": (line: string) =>
      `"${line}" has no server. Write ${line}:example.org, or ${line}:* for any.`,
    long: (line: string) => `"${line.slice(0, 20)}…" is longer than a user ID can be, 255 characters.`,
  },
  autojoinSaved: (userId: string) => `Saved. What waited and is taken now, ${userId} joins.`,
  saveRestarts: (instances: number) =>
    instances === 0 ? "Save" : `Save and restart ${instances === 1 ? "its instance" : "its instances"}`,
  prefix: "Command prefix",
  prefixDetail:
    "What people put before a command. Whatever it is, they can also call a bot by its name, with a colon behind it.",
  prefixLabel: "Prefix",
  prefixHelp: (prefix: string) => `1 to 16 characters without a space. People then write ${prefix}help.`,
  prefixProblem: {
    empty: "This is needed.",
    space: "A prefix has no space in it.",
    long: "A prefix has up to 16 characters.",
  },
  prefixSaved: (userId: string) => `Saved. The bots of ${userId} are called by the new prefix.`,
  roomPrefixes: "Prefix in single rooms",
  roomPrefixesDetail: "For rooms in which another bot listens to the same prefix.",
  noRoomPrefixes: (prefix: string) => `In all rooms it is ${prefix}, so far.`,
  noRoomsYet: "It is in no room yet.",
  roomPrefixAdd: "Add a room",
  roomPrefixChoose: "Choose a room",
  roomPrefixRemove: (name: string) => `Remove the prefix of ${name}`,
  remove: "Remove",
  roomPrefixesSaved: (userId: string) => `Saved. The bots of ${userId} are called by these prefixes.`,

  // a new account
  newLead: "Rookery keeps its access token encrypted and never shows it again.",
  homeserverHelp: "Where the account lives: the server's name, its address, or the bot's user ID.",
  homeserverExample: "example.org, or https://matrix.example.org",
  homeserverProblem:
    "A name such as example.org is needed, or an address that starts with https:// (or http://).",
  find: "Find the homeserver",
  answers: (url: string) => `A homeserver answers at ${url}.`,
  servedBy: (name: string, url: string) => `${name} is served by ${url}.`,
  offers: (ways: readonly string[]) =>
    ways.length === 0
      ? "It offers no way of logging in that Rookery knows. An access token works everywhere."
      : `It offers ${listed.format(ways)}.`,
  otherHomeserver: "Choose another",
  how: "How the account comes in",
  ways: {
    password: "Log in with its password",
    sso: "Log in by single sign-on",
    register: "Register a new user with a registration token",
    "shared-secret": "Register a new user with Synapse's shared secret",
    token: "Use an access token",
  },
  wayNames: {
    password: "password",
    sso: "single sign-on",
    register: "registration by token",
    "shared-secret": "registration by shared secret",
    token: "access token",
  },
  wayDetails: {
    password: "The bot has a user there already.",
    sso: "You log in as the bot at the homeserver, in this browser.",
    register: "The homeserver's operator makes such tokens.",
    "shared-secret": "For who runs the homeserver: registration_shared_secret in its homeserver.yaml.",
    token: "The bot has a user there already, or is an application service, for a bridge.",
  },
  registerOpen: "This homeserver registers anybody, and asks for no token.",
  otherWays: "Other ways",
  otherWaysHelp:
    "An access token works everywhere. Of the others the homeserver does not say that it takes them.",
  wayAction: {
    password: "Log in",
    sso: "Go to the homeserver",
    register: "Register",
    "shared-secret": "Register",
    token: "Add the account",
  },
  whatNext:
    "What comes next: it joins the rooms that it is invited to, and says nothing until you create an instance of a plugin with it.",
  ssoHelp:
    "You go to the homeserver, log in there as the bot, and come back here. Your browser may be logged in there as yourself: log out there first.",
  ssoPending: "Logging the account in…",
  ssoFailed: "The single sign-on did not work",
  ssoFailedHint: "No account was added.",
  ssoAgain: "Add an account",
  username: "User name",
  usernameExample: "@bot:example.org, or only bot",
  password: "Password",
  newPassword: "Password of the new user",
  newPasswordHelp:
    "Only for logging in as the bot elsewhere. Without one nobody knows it, and the account is lost with this host's data.",
  registrationToken: "Registration token",
  registrationTokenHelp: "It is not kept.",
  sharedSecret: "Shared secret",
  sharedSecretHelp: "It is not kept.",
  token: "Access token",
  tokenHelp:
    "The device behind it should be used by nothing else. For a bridge: the as_token of an application service.",
  actsAs: "User of the application service",
  actsAsHelp: "For a bridge: as whom of its namespace the bot itself speaks, such as slack_bot.",
  needed: "This is needed.",
  added: (userId: string) => `${userId} is logged in.`,
} as const;
