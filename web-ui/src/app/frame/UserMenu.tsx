import { IconChevronDown, IconUserCircle } from "@tabler/icons-react";
import { type ReactNode, useId } from "react";
import { useSession } from "../../api/session.ts";
import { texts } from "../../texts.ts";
import { UserActions } from "./UserActions.tsx";
import classes from "./UserMenu.module.css";

/** Who is signed in, at the foot of the side bar. */
export function UserMenu() {
  const session = useSession();
  const id = useId();
  if (!session) return null;
  return (
    <>
      <button
        type="button"
        className={classes.user}
        popoverTarget={id}
        aria-label={texts.signedInAs(session.user.name)}
      >
        <IconUserCircle size={18} stroke={1.75} aria-hidden />
        <span className={classes.name}>{session.user.name}</span>
        <IconChevronDown size={14} aria-hidden />
      </button>
      <MenuPanel id={id} side="left">
        <UserActions panel={id} />
      </MenuPanel>
    </>
  );
}

/** A panel that the browser itself opens, closes on Escape or a press elsewhere, and gives the focus back from. */
export function MenuPanel({
  id,
  side,
  children,
}: {
  id: string;
  side: "left" | "right";
  children: ReactNode;
}) {
  return (
    <div id={id} popover="auto" className={classes.panel} data-side={side}>
      {children}
    </div>
  );
}
