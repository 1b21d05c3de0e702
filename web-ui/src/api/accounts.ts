import type {
  Account,
  AccountChange,
  AccountRoom,
  Homeserver,
  Invite,
  NewAccount,
  NewSingleSignOn,
  Profile,
  ProfileChange,
  SingleSignOn,
  SingleSignOnAnswer,
} from "@rookery/host/api";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { isConnected } from "./live/connection.ts";
import { live } from "./live/live.ts";
import { useRefresh } from "./refresh.ts";
import { request } from "./request.ts";

const at = (id: string, rest = "") => `/accounts/${encodeURIComponent(id)}${rest}`;

export const accountsQuery = queryOptions(
  live({ queryKey: ["accounts"], queryFn: () => request<Account[]>("GET", "/accounts") }),
);

export const accountQuery = (id: string) =>
  queryOptions(live({ queryKey: ["accounts", id], queryFn: () => request<Account>("GET", at(id)) }));

/** The homeserver is asked for these, and has work with them: when an event tells that they are others, and else seldom. */
const ofHomeserver = {
  refetchInterval: () => (isConnected() ? 300_000 : 30_000),
  refetchIntervalInBackground: false,
  // Who comes to look wants to see what is there now.
  refetchOnMount: "always",
} as const;

export const accountRoomsQuery = (id: string) =>
  queryOptions({
    ...ofHomeserver,
    queryKey: ["account-rooms", id, "joined"],
    queryFn: () => request<AccountRoom[]>("GET", at(id, "/rooms")),
  });

export const invitesQuery = (id: string) =>
  queryOptions({
    ...ofHomeserver,
    queryKey: ["account-rooms", id, "invites"],
    queryFn: () => request<Invite[]>("GET", at(id, "/invites")),
  });

export const profileQuery = (id: string) =>
  queryOptions({
    queryKey: ["account-profile", id],
    queryFn: () => request<Profile>("GET", at(id, "/profile")),
    staleTime: 5_000,
  });

/** What a homeserver offers, by its name or address. The host asks whatever address that is. */
export const findHomeserver = (address: string) =>
  request<Homeserver>("GET", `/homeserver?address=${encodeURIComponent(address)}`);

export const useFindHomeserver = () => useMutation({ mutationFn: findHomeserver });

/** @param avatarUrl the profile's, so that another picture has another address */
export const avatarAddress = (id: string, avatarUrl: string) =>
  `/api/v1${at(id, "/avatar")}?of=${encodeURIComponent(avatarUrl)}`;

/** @param known given with a change, it is refused where the account is another by now */
export function useChangeAccount(id: string) {
  const client = useQueryClient();
  const refresh = useRefresh("accounts", "instances");
  return useMutation({
    mutationFn: ({ known, ...body }: AccountChange & { known?: string }) =>
      request<Account>("PATCH", at(id), body, known),
    // The next change is to that.
    onSuccess: (account) => {
      client.setQueryData(accountQuery(id).queryKey, account);
      // Another policy, and coming online, take invitations that waited.
      void client.invalidateQueries({ queryKey: ["account-rooms", id] });
    },
    // Also where it was refused: what it is now is to be seen.
    onSettled: refresh,
  });
}

export function useRename(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ProfileChange) => request<Profile>("PUT", at(id, "/profile"), body),
    onSuccess: (profile) => client.setQueryData(profileQuery(id).queryKey, profile),
  });
}

/** @returns a mutation that takes an image, or `null` to take the picture away */
export function useSetAvatar(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (image: File | null) =>
      image === null
        ? request<void>("DELETE", at(id, "/avatar"))
        : request<void>("PUT", at(id, "/avatar"), image),
    // Waited for: the picture of before is not shown again in between.
    onSuccess: () => client.invalidateQueries({ queryKey: profileQuery(id).queryKey }),
  });
}

export type RoomAction = "accept" | "reject" | "leave";

/** Answers an invitation, or leaves a room. What the homeserver has then is asked for, also where it refused. */
export function useRoomAction(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ roomId, action }: { roomId: string; action: RoomAction }) => {
      const room = encodeURIComponent(roomId);
      if (action === "leave") return request<void>("DELETE", at(id, `/rooms/${room}`));
      return action === "accept"
        ? request<void>("POST", at(id, `/invites/${room}/accept`))
        : request<void>("DELETE", at(id, `/invites/${room}`));
    },
    // Not waited for: the room may take the component that asked along.
    onSettled: () => void client.invalidateQueries({ queryKey: ["account-rooms", id] }),
  });
}

export function useAddAccount() {
  return useMutation({
    mutationFn: (body: NewAccount) => request<Account>("POST", "/accounts", body),
    onSuccess: useRefresh("accounts"),
  });
}

/** Learns where the homeserver's single sign-on is, which comes back to `/accounts/sso`. */
export function useBeginSingleSignOn() {
  return useMutation({
    mutationFn: (body: NewSingleSignOn) => request<SingleSignOn>("POST", "/accounts/sso", body),
  });
}

export const finishSingleSignOn = (body: SingleSignOnAnswer) =>
  request<Account>("POST", "/accounts/sso/callback", body);

/** @param onDone comes also where the account has vanished from the page before the answer came */
export function useLogOutAccount(id: string, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<void>("DELETE", at(id)),
    onSuccess: () => {
      onDone();
      // The list, but not the account itself, which is on the screen for a moment longer.
      return client.invalidateQueries({ queryKey: accountsQuery.queryKey, exact: true });
    },
  });
}
