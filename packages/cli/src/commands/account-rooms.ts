import type { AccountRoom, Invite } from "@rookery/host/api";
import { printable } from "../printable.ts";
import type { Api } from "../remote/api.ts";
import { textTable } from "../remote/text-table.ts";

/**
 * `rookery accounts rooms|accept|reject|leave`.
 *
 * @param path of the account
 * @returns what is printed, for programs and for people
 */
export async function accountRooms(
  host: Api,
  path: string,
  command: string,
  roomId: string,
): Promise<{ result: unknown; text: string }> {
  const room = encodeURIComponent(roomId);
  switch (command) {
    case "accept":
      await host.send("POST", `${path}/invites/${room}/accept`);
      return { result: { roomId }, text: printable(`It is in ${roomId} now.\n`) };
    case "reject":
      await host.send("DELETE", `${path}/invites/${room}`);
      return { result: { roomId }, text: printable(`The invitation to ${roomId} is rejected.\n`) };
    case "leave":
      await host.send("DELETE", `${path}/rooms/${room}`);
      return { result: { roomId }, text: printable(`It has left ${roomId}.\n`) };
    default: {
      const rooms = await host.get<AccountRoom[]>(`${path}/rooms`);
      const invites = await host.get<Invite[]>(`${path}/invites`);
      return { result: { rooms, invites }, text: shown(rooms, invites) };
    }
  }
}

function shown(rooms: AccountRoom[], invites: Invite[]): string {
  if (rooms.length + invites.length === 0) return "It is in no room, and nobody invites it.\n";
  const rows = [
    ...rooms.map(({ roomId, name, members, encrypted }) => [
      ...[
        roomId,
        name ?? "",
        "joined",
        members === null ? "" : String(members),
        encrypted ? "encrypted" : "",
      ],
    ]),
    ...invites.map(({ roomId, name, inviter, encrypted }) => [
      ...[roomId, name ?? "", `invited by ${inviter ?? "somebody"}`, "", encrypted ? "encrypted" : ""],
    ]),
  ];
  return textTable(["ROOM", "NAME", "", "MEMBERS", ""], rows);
}
