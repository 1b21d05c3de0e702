import { Anchor, Text } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { IconWorldCheck } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { CopyAction } from "../../../components/CopyableId.tsx";
import { texts } from "../texts.ts";
import classes from "./Approval.module.css";

/**
 * The homeserver wants it approved in a browser first: where, and what to do afterwards.
 *
 * @param again what is to be pressed then
 */
export function Approval({ account, url, again }: { account: Account; url: URL; again: string }) {
  const link = useRef<HTMLAnchorElement>(null);
  // It is what to press next, also for who has pressed Enter.
  useEffect(() => link.current?.focus(), []);
  return (
    <div className={classes.approval} role="alert">
      <IconWorldCheck size={20} aria-hidden className={classes.icon} />
      <div className={classes.words}>
        <Text fw={600}>{texts.approvalTitle}</Text>
        <ol className={classes.steps}>
          <li>
            <Anchor ref={link} href={url.href} target="_blank" rel="noopener noreferrer">
              {texts.approvalOpen(url.host)}
            </Anchor>{" "}
            <CopyAction value={url.href} what={texts.approvalAddress} />
            <br />
            {texts.approvalAs(account.userId)}
          </li>
          <li>{texts.approvalApprove}</li>
          <li>{texts.approvalAgain(again)}</li>
        </ol>
      </div>
    </div>
  );
}
