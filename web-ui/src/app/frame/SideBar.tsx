import { VisuallyHidden } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Logo } from "../../components/Logo.tsx";
import { texts } from "../../texts.ts";
import { LiveState } from "./LiveState.tsx";
import { usePlaces } from "./navigation.ts";
import { SearchButton } from "./palette/SearchButton.tsx";
import classes from "./SideBar.module.css";
import { UserMenu } from "./UserMenu.tsx";

export function SideBar({ onSearch }: { onSearch: () => void }) {
  const places = Object.values(usePlaces());
  return (
    <header className={classes.bar}>
      <Link to="/" className={classes.brand}>
        <Logo />
        {texts.product}
      </Link>
      <SearchButton onPress={onSearch} />
      <nav aria-label={texts.navigation}>
        <ul className={classes.places}>
          {places.map((place) => (
            <li key={place.to}>
              <Link to={place.to} className={classes.place} activeOptions={{ exact: place.to === "/" }}>
                <place.icon size={18} stroke={1.75} aria-hidden />
                <span className={classes.label}>{place.label}</span>
                {"care" in place && place.care > 0 && (
                  <>
                    <IconAlertTriangle size={16} aria-hidden className={classes.care} />
                    <VisuallyHidden>{texts.needsAttention(place.care)}</VisuallyHidden>
                  </>
                )}
                {"count" in place && <span className={classes.count}>{place.count}</span>}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <LiveState />
      <UserMenu />
    </header>
  );
}
