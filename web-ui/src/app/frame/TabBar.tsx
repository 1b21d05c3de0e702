import { IconDots, IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useId } from "react";
import { texts } from "../../texts.ts";
import { usePlaces } from "./navigation.ts";
import classes from "./TabBar.module.css";
import { UserActions } from "./UserActions.tsx";
import menu from "./UserMenu.module.css";
import { MenuPanel } from "./UserMenu.tsx";

/** The five places at the bottom of a phone's screen. */
export function TabBar({ onSearch }: { onSearch: () => void }) {
  const { overview, instances, plugins, playground, accounts, settings } = usePlaces();
  const id = useId();
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
      <button type="button" className={classes.tab} popoverTarget={id}>
        <IconDots size={20} aria-hidden />
        {texts.more}
      </button>
      <MenuPanel id={id} side="right">
        <button
          type="button"
          className={menu.item}
          onClick={() => {
            document.getElementById(id)?.hidePopover();
            onSearch();
          }}
        >
          <IconSearch size={16} aria-hidden />
          {texts.palette.title}
        </button>
        {[accounts, settings].map((place) => (
          <Link
            key={place.to}
            to={place.to}
            className={menu.item}
            onClick={() => document.getElementById(id)?.hidePopover()}
          >
            <place.icon size={16} aria-hidden />
            {place.label}
          </Link>
        ))}
        <hr className={menu.rule} />
        <UserActions panel={id} />
      </MenuPanel>
    </nav>
  );
}
