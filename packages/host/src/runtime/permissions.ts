import {
  PERMISSION_NAMES,
  PERMISSIONS,
  type PermissionItem,
  type PermissionName,
  type Permissions,
  permissionInWords,
  permissionItems,
  permissionsOf,
} from "@rookery/plugin-sdk/manifest";

/** What is granted, with every permission there: an empty list or `false` for none of it. */
export type Granted = {
  readonly [Name in PermissionName]: NonNullable<Permissions[Name]> extends true
    ? boolean
    : Readonly<NonNullable<Permissions[Name]>>;
};

export function allOf(permissions: Permissions = {}): Granted {
  const all = PERMISSION_NAMES.map((name) => [name, permissions[name] ?? PERMISSIONS[name].none]);
  return Object.fromEntries(all) as Granted;
}

/** What is asked for and neither granted nor refused: what the operator has still to decide. */
export function missingPermissions(
  asked: Permissions | undefined,
  granted: Permissions,
  refused: Permissions = {},
): Permissions {
  const isDecided = (item: PermissionItem) => includes(granted, item) || includes(refused, item);
  return permissionsOf(permissionItems(asked).filter((item) => !isDecided(item)));
}

/** What is both asked for and granted: a grant that the manifest does not ask for gives nothing. */
export function effectivePermissions(
  asked: Permissions | undefined,
  granted: Permissions,
  withheld: Permissions = {},
): Permissions {
  const isGiven = (item: PermissionItem) => includes(granted, item) && !includes(withheld, item);
  return permissionsOf(permissionItems(asked).filter(isGiven));
}

/** Permissions in words: "to connect to a.example; to run the program yt-dlp". */
export function describePermissions(permissions: Permissions): string {
  return permissionItems(permissions)
    .map((item) => `to ${permissionInWords(item)}`)
    .join("; ");
}

/** Whether a part is among them. */
export function includes(permissions: Permissions | Granted, { permission, value }: PermissionItem): boolean {
  const given = permissions[permission];
  if (given === undefined || typeof given === "boolean") return given === true && value === null;
  return (given as readonly string[]).includes(value ?? "");
}
