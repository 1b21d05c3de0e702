import type { OneTimeSignIn, Session, SetPassword, SignIn } from "@rookery/host/api";
import {
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
  useSuspenseQuery,
} from "@tanstack/react-query";
import { isStatus } from "./problem.ts";
import { request } from "./request.ts";

/** Who is signed in, or `null`. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async (): Promise<Session | null> => {
    try {
      return await request<Session>("GET", "/session");
    } catch (error) {
      if (isStatus(error, 401)) return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export const signInOnce = (body: OneTimeSignIn) => request<Session>("POST", "/session/one-time", body);
const signIn = (body: SignIn) => request<Session>("POST", "/session", body);
const setPassword = (body: SetPassword) => request<Session>("PUT", "/session/password", body);
const signOut = () => request<void>("DELETE", "/session");

export function useSession(): Session | null {
  return useSuspenseQuery(sessionQuery).data;
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: signIn,
    onSuccess: (session) => client.setQueryData(sessionQuery.queryKey, session),
  });
}

export function useSetPassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: setPassword,
    onSuccess: (session) => client.setQueryData(sessionQuery.queryKey, session),
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: signOut,
    onSuccess: () => client.setQueryData(sessionQuery.queryKey, null),
  });
}

/** Forgets everything but that nobody is signed in; for when nothing on the screen asks for it any more. */
export function forgetAll(client: QueryClient) {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
}
