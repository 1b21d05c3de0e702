import type {
  Encryption,
  EncryptionRecovery,
  EncryptionSetUp,
  EncryptionVerification,
  IdentityReset,
  NewVerification,
  RecoveredKeys,
  RecoveryKey,
  VerificationStep,
} from "@rookery/host/api";
import { queryOptions, useMutation } from "@tanstack/react-query";
import { live } from "./live/live.ts";
import { ProblemError } from "./problem.ts";
import { useRefresh } from "./refresh.ts";
import { request } from "./request.ts";

const at = (accountId: string, rest = "") => `/accounts/${encodeURIComponent(accountId)}/encryption${rest}`;

export const encryptionQuery = (accountId: string) =>
  queryOptions(
    live({
      queryKey: ["account-encryption", accountId],
      queryFn: () => request<Encryption>("GET", at(accountId)),
    }),
  );

/** Whether it was refused for want of the account's password. */
export const isPasswordNeeded = (error: unknown) =>
  error instanceof ProblemError && error.problem.code === "PASSWORD_NEEDED";

/** What is changed of an account's encryption; how it is then is asked for, also where it was refused. */
function useEncryptionChange<Body, Answer>(send: (body: Body) => Promise<Answer>) {
  const refresh = useRefresh("account-encryption");
  return useMutation({ mutationFn: send, onSettled: refresh });
}

export const useSetUpEncryption = (id: string) =>
  useEncryptionChange((body: EncryptionSetUp) => request<RecoveryKey>("POST", at(id, "/set-up"), body));

export const useRecoverEncryption = (id: string) =>
  useEncryptionChange((body: EncryptionRecovery) => request<RecoveredKeys>("POST", at(id, "/recover"), body));

export const useResetIdentity = (id: string) =>
  useEncryptionChange((body: IdentityReset) => request<RecoveryKey>("POST", at(id, "/reset"), body));

export const useRequestVerification = (id: string) =>
  useEncryptionChange((body: NewVerification) =>
    request<EncryptionVerification>("POST", at(id, "/verifications"), body),
  );

export const useStepVerification = (id: string, verificationId: string) =>
  useEncryptionChange((body: VerificationStep) =>
    request<EncryptionVerification>(
      "POST",
      at(id, `/verifications/${encodeURIComponent(verificationId)}`),
      body,
    ),
  );
