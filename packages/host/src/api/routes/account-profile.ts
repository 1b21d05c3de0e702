import type { FastifyInstance } from "fastify";
import { AppError } from "../../errors.ts";
import { AVATAR_TYPES, MAX_AVATAR_BYTES } from "../../matrix/avatar.ts";
import type { AccountProfile } from "../../services/account-profile.ts";
import { Profile, ProfileChange } from "../contract.ts";

interface OfAccount {
  Params: { id: string };
}

export function accountProfileRoutes(app: FastifyInstance, profile: AccountProfile): void {
  app.get<OfAccount>(
    "/accounts/:id/profile",
    { schema: { response: { 200: Profile } } },
    async ({ params }) => profile.get(params.id),
  );

  app.put<OfAccount & { Body: ProfileChange }>(
    "/accounts/:id/profile",
    { schema: { body: ProfileChange, response: { 200: Profile } } },
    async ({ params, body }) => profile.rename(params.id, body.displayName),
  );

  app.get<OfAccount>("/accounts/:id/avatar", async ({ params }, reply) => {
    const { type, bytes } = await profile.avatar(params.id);
    return reply.type(type).header("cache-control", "no-store").send(bytes);
  });

  app.delete<OfAccount>("/accounts/:id/avatar", async ({ params }, reply) => {
    await profile.setAvatar(params.id, null);
    return reply.code(204).send();
  });

  // Images are taken by this route alone.
  app.register(async (images) => {
    images.removeAllContentTypeParsers();
    images.addContentTypeParser(
      [...AVATAR_TYPES],
      { parseAs: "buffer", bodyLimit: MAX_AVATAR_BYTES },
      (_request, body, done) => done(null, body),
    );
    images.put<OfAccount & { Body: Buffer | undefined }>(
      "/accounts/:id/avatar",
      { bodyLimit: MAX_AVATAR_BYTES },
      async ({ params, body, headers }, reply) => {
        if (!body?.length)
          throw new AppError("BAD_REQUEST", "There is no image. Send its bytes as the body.");
        const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "";
        await profile.setAvatar(params.id, { type, bytes: body });
        return reply.code(204).send();
      },
    );
  });
}
