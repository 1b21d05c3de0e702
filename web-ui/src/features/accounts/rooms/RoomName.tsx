import { IconLock } from "@tabler/icons-react";
import { CopyableId } from "../../../components/CopyableId.tsx";
import { texts } from "../texts.ts";
import classes from "./AccountRooms.module.css";

/** A room's name over its ID, and whether bots can read there. */
export function RoomName({
  room: { roomId, name, encrypted },
}: {
  room: { roomId: string; name: string | null; encrypted: boolean };
}) {
  return (
    <>
      <div className={classes.name}>{name ?? texts.nameless}</div>
      <CopyableId value={roomId} what={texts.roomIdOf(name ?? texts.nameless)} />
      {encrypted && (
        <div>
          <span className={classes.encrypted}>
            <IconLock size={14} aria-hidden />
            {texts.encrypted}
          </span>
        </div>
      )}
    </>
  );
}
