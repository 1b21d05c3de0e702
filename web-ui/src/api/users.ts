import type { AddedUser, NewUser, OneTimeLink, User, UserChange } from "@rookery/host/api";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRefresh } from "./refresh.ts";
import { request } from "./request.ts";

const at = (name: string, rest = "") => `/users/${encodeURIComponent(name)}${rest}`;

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: () => request<User[]>("GET", "/users"),
});

export function useAddUser() {
  return useMutation({
    mutationFn: (body: NewUser) => request<AddedUser>("POST", "/users", body),
    onSuccess: useRefresh("users"),
  });
}

export function useChangeUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ user: { name, etag }, ...change }: UserChange & { user: User }) =>
      request<User>("PATCH", at(name), change, etag),
    // The next change is to that.
    onSuccess: (user) =>
      client.setQueryData(usersQuery.queryKey, (list) =>
        list?.map((each) => (each.name === user.name ? user : each)),
      ),
    // Also where it was refused: what it is now is to be seen.
    onSettled: useRefresh("users"),
  });
}

export function useMakeLink() {
  return useMutation({
    mutationFn: (name: string) => request<OneTimeLink>("POST", at(name, "/link")),
    onSettled: useRefresh("users"),
  });
}

/** @param onDone comes also where the user has vanished from the page before the answer came */
export function useRemoveUser({ name, etag }: User, onDone: () => void) {
  const refresh = useRefresh("users");
  return useMutation({
    mutationFn: () => request<void>("DELETE", at(name), undefined, etag),
    onSuccess: () => {
      onDone();
      return refresh();
    },
  });
}
