import type { PermissionName, RoomOperation } from "@rookery/plugin-sdk/manifest";
import type { HostApi } from "@rookery/plugin-sdk/protocol";
import type { Static, TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { AppError } from "../../errors.ts";
import type { InstanceScope } from "../instance-scope.ts";
import type { Granted } from "../permissions.ts";

/** What a method needs: anything of a permission, or one of the operations on rooms. */
export type Needed = Exclude<PermissionName, "rooms"> | `rooms: ${RoomOperation}`;

/** A method of the host API that is ready to be called with anything. */
export interface HostMethod {
  /** @throws AppError `PERMISSION_DENIED`, `BAD_REQUEST`, and the method's own */
  call(scope: InstanceScope, params: unknown): unknown;
}

/**
 * Defines one method of the host API: what it takes, which permission it needs, what it does.
 *
 * @param permission refused with `PERMISSION_DENIED` where the operator granted none of it
 */
export function defineMethod<Name extends keyof HostApi, Schema extends TSchema>(definition: {
  name: Name;
  params: Schema;
  permission?: Needed;
  run: (
    scope: InstanceScope,
    params: Static<Schema>,
  ) => Awaited<ReturnType<HostApi[Name]>> | ReturnType<HostApi[Name]>;
}): HostMethod {
  const { name, permission, run } = definition;
  const params = Compile(definition.params);
  return {
    call(scope, given) {
      if (permission) checkGranted(scope.granted, permission, name);
      if (!params.Check(given)) {
        const [error] = params.Errors(given);
        throw new AppError(
          "BAD_REQUEST",
          `"${name}": ${error?.instancePath || "its parameter"} ${error?.message}.`,
        );
      }
      if (permission?.startsWith("rooms: ")) scope.grants.used("rooms", permission.slice("rooms: ".length));
      return run(scope, given as Static<Schema>);
    },
  };
}

/** @throws AppError `PERMISSION_DENIED` */
export function checkGranted(granted: Granted, needed: Needed, name: string): void {
  const [permission, operation] = needed.split(": ") as [PermissionName, RoomOperation | undefined];
  const given = granted[permission];
  const isGranted =
    operation === undefined
      ? given === true || (Array.isArray(given) && given.length > 0)
      : granted.rooms.some((each) => each === operation);
  if (isGranted) return;
  const text = `"${name}" needs the permission "${needed}", which the operator did not grant.`;
  throw new AppError("PERMISSION_DENIED", text);
}
