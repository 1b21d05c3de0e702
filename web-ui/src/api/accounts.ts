import type { Account, NewAccount } from "@rookery/host/api";
import { queryOptions, useMutation } from "@tanstack/react-query";
import { live } from "./live.ts";
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
