import { IconDots } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { texts } from "../../texts.ts";
import { usePlaces } from "./navigation.ts";
import classes from "./TabBar.module.css";
import { UserMenuItems, UserMenuRoot } from "./UserMenu.tsx";

/** The five places at the bottom of a phone's screen. */
export function TabBar() {
  const { overview, instances, plugins, playground, accounts } = usePlaces();
  return (
    <nav aria-label={texts.navigation} className={classes.bar}>
      {[overview, instances, plugins, playground].map((place) => (
        <Link
          key={place.to}
          to={place.to}
          className={classes.tab}
          activeOptions={{ exact: place.to === "/" }}
        >
          <place.icon size={20} stroke={1.75} aria-hidden />
          {place.label}
        </Link>
      ))}
      <UserMenuRoot
        target={
          <button type="button" className={classes.tab}>
            <IconDots size={20} aria-hidden />
            {texts.more}
          </button>
        }
      >
        <UserMenuItems places={[accounts]} />
      </UserMenuRoot>
    </nav>
  );
}
