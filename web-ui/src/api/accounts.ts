import type { Account, NewAccount } from "@rookery/host/api";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { live } from "./live.ts";
import { request } from "./request.ts";

export const accountsQuery = queryOptions(
  live({ queryKey: ["accounts"], queryFn: () => request<Account[]>("GET", "/accounts") }),
);

export function useAddAccount() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewAccount) => request<Account>("POST", "/accounts", body),
    onSuccess: () => client.invalidateQueries({ queryKey: ["accounts"] }),
  });
}

export function useLogOutAccount(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<void>("DELETE", `/accounts/${encodeURIComponent(id)}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ["accounts"] }),
  });
}
