import type {
  Account,
  NewAccount,
  NewSingleSignOn,
  SingleSignOn,
  SingleSignOnAnswer,
} from "@rookery/host/api";
import { queryOptions, useMutation } from "@tanstack/react-query";
import { live } from "./live/live.ts";
import { useRefresh } from "./refresh.ts";
import { request } from "./request.ts";

export const accountsQuery = queryOptions(
  live({ queryKey: ["accounts"], queryFn: () => request<Account[]>("GET", "/accounts") }),
);

export function useAddAccount() {
  return useMutation({
    mutationFn: (body: NewAccount) => request<Account>("POST", "/accounts", body),
    onSuccess: useRefresh("accounts"),
  });
}

/** Leaves the page for the homeserver's single sign-on, which comes back to `/accounts/sso`. */
export function useBeginSingleSignOn() {
  return useMutation({
    mutationFn: (body: NewSingleSignOn) => request<SingleSignOn>("POST", "/accounts/sso", body),
    onSuccess: ({ url }) => window.location.assign(url),
  });
}

export const finishSingleSignOn = (body: SingleSignOnAnswer) =>
  request<Account>("POST", "/accounts/sso/callback", body);

/** @param onDone comes also where the account has vanished from the page before the answer came */
export function useLogOutAccount(id: string, onDone: () => void) {
  const refresh = useRefresh("accounts");
  return useMutation({
    mutationFn: () => request<void>("DELETE", `/accounts/${encodeURIComponent(id)}`),
    onSuccess: () => {
      onDone();
      return refresh();
    },
  });
}
