import type { Account } from "@rookery/host/api";
import { useState } from "react";
import { avatarAddress } from "../../../api/accounts.ts";
import { texts } from "../texts.ts";
import classes from "./Profile.module.css";

/** An account's picture in round, as clients show it; the first letter of its name where there is none. */
export function Avatar({
  account: { id, userId },
  displayName,
  avatarUrl,
}: {
  account: Account;
  displayName: string | null;
  avatarUrl: string | null;
}) {
  const [broken, setBroken] = useState<string>();
  if (avatarUrl !== null && avatarUrl !== broken) {
    return (
      <img
        className={classes.avatar}
        src={avatarAddress(id, avatarUrl)}
        alt={texts.avatarOf(userId)}
        onError={() => setBroken(avatarUrl)}
      />
    );
  }
  return (
    <span className={classes.avatar} aria-hidden>
      {[...(displayName ?? userId.slice(1))][0]?.toUpperCase()}
    </span>
  );
}
