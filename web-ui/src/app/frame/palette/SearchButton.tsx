import { IconSearch } from "@tabler/icons-react";
import { texts } from "../../../texts.ts";
import { IS_APPLE } from "./is-apple.ts";
import classes from "./SearchButton.module.css";

/** Opens the search, and says by which keys that goes, too. */
export function SearchButton({ onPress }: { onPress: () => void }) {
  return (
    <button
      type="button"
      className={classes.search}
      aria-keyshortcuts={IS_APPLE ? "Meta+K" : "Control+K"}
      onClick={onPress}
    >
      <IconSearch size={16} aria-hidden />
      <span className={classes.word}>{texts.palette.title}</span>
      <kbd className={classes.keys} aria-hidden>
        {IS_APPLE ? "⌘K" : "Ctrl K"}
      </kbd>
    </button>
  );
}
