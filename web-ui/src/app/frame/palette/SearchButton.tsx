import { IconSearch } from "@tabler/icons-react";
import { texts } from "../../../texts.ts";
import classes from "./SearchButton.module.css";

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Opens the search, and says by which keys that goes, too. */
export function SearchButton({ onPress }: { onPress: () => void }) {
  return (
    <button
      type="button"
      className={classes.search}
      aria-keyshortcuts={isApple ? "Meta+K" : "Control+K"}
      onClick={onPress}
    >
      <IconSearch size={16} aria-hidden />
      <span className={classes.word}>{texts.palette.title}</span>
      <kbd className={classes.keys} aria-hidden>
        {isApple ? "⌘K" : "Ctrl K"}
      </kbd>
    </button>
  );
}
