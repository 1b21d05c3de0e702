import { useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconDeviceDesktop, IconKey, IconLogout, IconMoon, IconSun } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { forgetAll, useSession, useSignOut } from "../../api/session.ts";
import { texts } from "../../texts.ts";
import classes from "./UserMenu.module.css";

const schemes = [
  { value: "light", label: texts.light, icon: IconSun },
  { value: "dark", label: texts.dark, icon: IconMoon },
  { value: "auto", label: texts.system, icon: IconDeviceDesktop },
] as const;

/** Colours, password and signing out; `panel` is the popover they stand in. */
export function UserActions({ panel }: { panel: string }) {
  const session = useSession();
  const router = useRouter();
  const client = useQueryClient();
  const signOut = useSignOut();
  // Mantine's own way of pausing transitions inserts a <style> element, which the CSP forbids.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const leave = () =>
    signOut.mutate(undefined, {
      onSuccess: async () => {
        await router.navigate({ to: "/sign-in", ignoreBlocker: true });
        forgetAll(client);
      },
    });
  return (
    <>
      <div className={classes.heading}>{texts.colours}</div>
      {schemes.map(({ value, label, icon: Icon }) => (
        <button
          key={value}
          type="button"
          className={classes.item}
          aria-pressed={colorScheme === value}
          onClick={() => setColorScheme(value)}
        >
          <Icon size={16} aria-hidden />
          <span className={classes.name}>{label}</span>
          {colorScheme === value && <IconCheck size={14} aria-hidden />}
        </button>
      ))}
      <hr className={classes.rule} />
      <Link
        to="/set-password"
        className={classes.item}
        onClick={() => document.getElementById(panel)?.hidePopover()}
      >
        <IconKey size={16} aria-hidden />
        {texts.changePassword}
      </Link>
      <button type="button" className={classes.item} onClick={leave}>
        <IconLogout size={16} aria-hidden />
        {texts.signOut}
      </button>
      {session && <div className={classes.heading}>{`${texts.product} ${session.version}`}</div>}
    </>
  );
}
