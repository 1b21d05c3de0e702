import type { OneTimeLink } from "@rookery/host/api";
import { Dialog } from "../../components/Dialog.tsx";
import { ShownOnce } from "../../components/ShownOnce.tsx";
import { texts } from "./texts.ts";

/** The link that lets a user in once, under the address at which the page is open here. */
export function LinkForUser({
  made,
  onClose,
}: {
  made: { name: string; link: OneTimeLink } | null;
  onClose: () => void;
}) {
  return (
    <Dialog opened={made !== null} onClose={onClose} title={texts.linkTitle(made?.name ?? "")}>
      {made && (
        <ShownOnce
          secret={window.location.origin + made.link.path}
          what={texts.link}
          detail={texts.linkDetail}
          onDone={onClose}
        />
      )}
    </Dialog>
  );
}
