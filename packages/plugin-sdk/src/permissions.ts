import { type Static, type TOptional, type TSchema, Type } from "typebox";
import { UserPattern } from "./user-pattern.ts";

const HostGlob = Type.String({
  pattern: "^(\\*\\.)?[a-z0-9-]+(\\.[a-z0-9-]+)*(:[0-9]{1,5})?$",
  maxLength: 253,
  description:
    "A host name, or `*.` and a domain for every name below it; with `:port` for another port than 443.",
});

/** One kind of permission: all that the manifest, the host, the command line and the page know of it. */
interface PermissionKind {
  /** In a manifest and in a grant: a list, of which each value is granted by itself, or `true`. */
  shape: TSchema;
  /** Where nothing of it is granted. */
  none: readonly [] | false;
  /** What it lets a plugin do, to follow "may" or "wants to". */
  words: (value: string) => string;
  /** What to think of before granting it. */
  risk: (value: string) => string;
}

const ROOM_OPERATIONS = {
  create: ["create rooms", "It opens rooms in its account's name."],
  invite: ["invite people", "It can invite anybody, also from other servers."],
  moderate: [
    "kick and ban people, and remove what they said",
    "It can do so to everybody over whom its account has the power.",
  ],
  state: [
    "read and change the settings of rooms, and see who is in them",
    "Name, topic, who may do what: all that its account has the power to change.",
  ],
  history: ["read what was said in rooms before", "All that its account may read, from before it came, too."],
} as const;
/** What a plugin may do to rooms beyond answering there. */
export type RoomOperation = keyof typeof ROOM_OPERATIONS;
const ROOM_OPERATION_NAMES = Object.keys(ROOM_OPERATIONS) as RoomOperation[];

/** Every permission that there is. A new one is one entry here, and the host API methods that need it. */
export const PERMISSIONS = {
  network: {
    shape: Type.Array(HostGlob, { maxItems: 64, uniqueItems: true }),
    none: [],
    words: (host) => `connect to ${hostInWords(host)}`,
    risk: () => "It can send what it reads in its rooms to there.",
  },
  programs: {
    shape: Type.Array(Type.String({ pattern: "^[a-z0-9][a-z0-9._-]{0,63}$" }), {
      maxItems: 16,
      uniqueItems: true,
    }),
    none: [],
    words: (name) => `run the program ${name}`,
    risk: () => "It runs outside the sandbox, with a directory and limits of its own.",
  },
  webhooks: {
    shape: Type.Literal(true),
    none: false,
    words: () => "be called from outside by webhooks",
    risk: () => "Whoever reaches the webhook port and knows an address of its own can make it act.",
  },
  rooms: {
    shape: Type.Array(Type.Enum(ROOM_OPERATION_NAMES), { uniqueItems: true }),
    none: [],
    words: (operation) => ROOM_OPERATIONS[operation as RoomOperation][0],
    risk: (operation) => ROOM_OPERATIONS[operation as RoomOperation][1],
  },
  impersonate: {
    shape: Type.Array(UserPattern, { maxItems: 16, uniqueItems: true }),
    none: [],
    words: (pattern) => `act as ${usersInWords(pattern)} of its homeserver`,
    risk: () =>
      "It speaks under their names, in all rooms where it may act. A person who has such a name is no exception.",
  },
} as const satisfies Record<string, PermissionKind>;

type Table = typeof PERMISSIONS;
export type PermissionName = keyof Table;
export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as PermissionName[];

/** What a plugin may ask for, and what an operator grants. Absent means none of it. */
export const Permissions = Type.Object(
  Object.fromEntries(PERMISSION_NAMES.map((name) => [name, Type.Optional(PERMISSIONS[name].shape)])) as {
    [Name in PermissionName]: TOptional<Table[Name]["shape"]>;
  },
  { additionalProperties: false },
);
export type Permissions = Static<typeof Permissions>;

/** The part of a permission that is granted by itself: one value of its list, or `null` for all of it. */
export interface PermissionItem {
  permission: PermissionName;
  value: string | null;
}

/** Permissions in their parts, in the order of the table. */
export function permissionItems(permissions: Permissions = {}): PermissionItem[] {
  return PERMISSION_NAMES.flatMap((permission): PermissionItem[] => {
    const given = permissions[permission];
    if (given === undefined) return [];
    return given === true ? [{ permission, value: null }] : given.map((value) => ({ permission, value }));
  });
}

/** The permissions that have these parts. */
export function permissionsOf(items: readonly PermissionItem[]): Permissions {
  const made: Record<string, true | string[]> = {};
  for (const { permission, value } of items) {
    if (value === null) made[permission] = true;
    else made[permission] = [...((made[permission] as string[] | undefined) ?? []), value];
  }
  return made as Permissions;
}

/** What a part lets a plugin do, to follow "may" or "wants to": `connect to example.org`. */
export function permissionInWords({ permission, value }: PermissionItem): string {
  return PERMISSIONS[permission].words(value ?? "");
}

/** What to think of before granting it. */
export function permissionRisk({ permission, value }: PermissionItem): string {
  return PERMISSIONS[permission].risk(value ?? "");
}

/** `*.example.org:8080` → `every host below example.org, on port 8080` */
function hostInWords(glob: string): string {
  const [host = "", port] = glob.split(":");
  const name = host.startsWith("*.") ? `every host below ${host.slice(2)}` : host;
  return port === undefined ? name : `${name}, on port ${port}`;
}

/** `slack_*` → `the users slack_*` */
function usersInWords(pattern: string): string {
  return pattern.endsWith("*") ? `the users ${pattern}` : `the user ${pattern}`;
}
