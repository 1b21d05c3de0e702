import { Switch } from "@mantine/core";
import type { PluginPermission } from "@rookery/host/api";
import { RelativeTime } from "../RelativeTime.tsx";
import classes from "./PermissionSwitches.module.css";
import { texts } from "./texts.ts";

/** Permissions as sentences: each with its risk and what was made of it, to be given and taken. */
export function PermissionSwitches<P extends PluginPermission>(props: {
  permissions: readonly P[];
  isOn: (permission: P) => boolean;
  /** What to say instead of its use, where it is off. */
  whyOff: (permission: P) => string;
  isFixed: (permission: P) => boolean;
  /** A change is under way: nothing can be switched meanwhile, but the focus stays where it is. */
  isBusy: boolean;
  onChange: (permission: P, on: boolean) => void;
}) {
  const { permissions, isOn, whyOff, isFixed, isBusy, onChange } = props;
  return (
    <ul className={classes.list}>
      {permissions.map((permission) => {
        const on = isOn(permission);
        const { words, risk, used } = permission;
        return (
          <li key={`${permission.permission} ${permission.value}`}>
            <Switch
              label={on ? texts.may(words) : texts.wants(words)}
              description={
                <>
                  <span className={classes.state}>{on ? <Use used={used} /> : whyOff(permission)}</span>
                  {risk}
                </>
              }
              checked={on}
              disabled={isFixed(permission)}
              aria-disabled={isBusy}
              onChange={(event) => !isBusy && onChange(permission, event.currentTarget.checked)}
            />
          </li>
        );
      })}
    </ul>
  );
}

function Use({ used }: Pick<PluginPermission, "used">) {
  if (!used) return texts.neverUsed;
  return (
    <>
      {used.count > 0 ? texts.used(used.count) : texts.notUsedToday} <RelativeTime at={used.lastAt} />.
    </>
  );
}
