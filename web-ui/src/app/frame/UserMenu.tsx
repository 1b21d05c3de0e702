import { Menu, useMantineColorScheme } from "@mantine/core";
import {
  IconCheck,
  IconChevronDown,
  IconDeviceDesktop,
  IconKey,
  IconLogout,
  IconMoon,
  type IconProps,
  IconSun,
  IconUserCircle,
} from "@tabler/icons-react";
import { Link, type LinkProps, useRouter } from "@tanstack/react-router";
import type { ComponentType, ReactElement, ReactNode } from "react";
import { useSession, useSignOut } from "../../api/session.ts";
import { texts } from "../../texts.ts";
import classes from "./UserMenu.module.css";

const schemes = [
  { value: "light", label: texts.light, icon: IconSun },
  { value: "dark", label: texts.dark, icon: IconMoon },
  { value: "auto", label: texts.system, icon: IconDeviceDesktop },
] as const;

/** Who is signed in, at the foot of the side bar. */
export function UserMenu() {
  const session = useSession();
  if (!session) return null;
  return (
    <UserMenuRoot
      target={
        <button type="button" className={classes.user} aria-label={texts.signedInAs(session.user.name)}>
          <IconUserCircle size={18} stroke={1.75} aria-hidden />
          <span className={classes.name}>{session.user.name}</span>
          <IconChevronDown size={14} aria-hidden />
        </button>
      }
    >
      <UserMenuItems places={[]} />
    </UserMenuRoot>
  );
}

export function UserMenuRoot({ target, children }: { target: ReactElement; children: ReactNode }) {
  return (
    <Menu position="top-start" width={208}>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

interface Place {
  to: Exclude<LinkProps["to"], undefined>;
  label: string;
  icon: ComponentType<IconProps>;
}

export function UserMenuItems({ places }: { places: Place[] }) {
  const session = useSession();
  const router = useRouter();
  const signOut = useSignOut();
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  return (
    <>
      {places.map((place) => (
        <Menu.Item
          key={place.to}
          component={Link}
          to={place.to}
          leftSection={<place.icon size={16} aria-hidden />}
        >
          {place.label}
        </Menu.Item>
      ))}
      {places.length > 0 && <Menu.Divider />}
      <Menu.Label>{texts.colours}</Menu.Label>
      {schemes.map(({ value, label, icon: Icon }) => (
        <Menu.Item
          key={value}
          role="menuitemradio"
          aria-checked={colorScheme === value}
          leftSection={<Icon size={16} aria-hidden />}
          rightSection={colorScheme === value && <IconCheck size={14} aria-hidden />}
          onClick={() => setColorScheme(value)}
        >
          {label}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Item component={Link} to="/set-password" leftSection={<IconKey size={16} aria-hidden />}>
        {texts.changePassword}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconLogout size={16} aria-hidden />}
        onClick={() => signOut.mutate(undefined, { onSuccess: () => router.navigate({ to: "/sign-in" }) })}
      >
        {texts.signOut}
      </Menu.Item>
      {session && <Menu.Label>{`${texts.product} ${session.version}`}</Menu.Label>}
    </>
  );
}
