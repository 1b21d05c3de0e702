import type { FastifyInstance } from "fastify";
import type { AccountEncryptions } from "../../services/account-encryptions.ts";
import {
  Encryption,
  EncryptionRecovery,
  EncryptionSetUp,
  EncryptionVerification,
  IdentityReset,
  NewVerification,
  RecoveredKeys,
  RecoveryKey,
  VerificationStep,
} from "../contract.ts";
import { toVerification } from "../views.ts";

interface OfAccount {
  Params: { id: string };
}

export function accountEncryptionRoutes(app: FastifyInstance, encryptions: AccountEncryptions): void {
  const path = "/accounts/:id/encryption";

  app.get<OfAccount>(path, { schema: { response: { 200: Encryption } } }, async ({ params }) => {
    const { verifications, ...rest } = await encryptions.get(params.id);
    return { ...rest, verifications: verifications.map(toVerification) };
  });

  app.post<OfAccount & { Body: EncryptionSetUp }>(
    `${path}/set-up`,
    { schema: { body: EncryptionSetUp, response: { 200: RecoveryKey } } },
    async ({ params, body }) => ({ recoveryKey: await encryptions.setUp(params.id, body.password) }),
  );

  app.post<OfAccount & { Body: EncryptionRecovery }>(
    `${path}/recover`,
    { schema: { body: EncryptionRecovery, response: { 200: RecoveredKeys } } },
    async ({ params, body }) => encryptions.recover(params.id, body.recoveryKey),
  );

  app.post<OfAccount & { Body: IdentityReset }>(
    `${path}/reset`,
    { schema: { body: IdentityReset, response: { 200: RecoveryKey } } },
    async ({ params, body: { userId, password } }) => ({
      recoveryKey: await encryptions.reset(params.id, userId, password),
    }),
  );

  app.post<OfAccount & { Body: NewVerification }>(
    `${path}/verifications`,
    { schema: { body: NewVerification, response: { 200: EncryptionVerification } } },
    async ({ params, body }) =>
      toVerification(await encryptions.requestVerification(params.id, body.with ?? "own-sessions")),
  );

  app.post<{ Params: { id: string; verification: string }; Body: VerificationStep }>(
    `${path}/verifications/:verification`,
    { schema: { body: VerificationStep, response: { 200: EncryptionVerification } } },
    async ({ params, body }) =>
      toVerification(await encryptions.step(params.id, params.verification, body.step)),
  );
}
