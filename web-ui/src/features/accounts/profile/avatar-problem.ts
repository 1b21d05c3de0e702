/** As the host takes it (`matrix/avatar.ts`). */
const TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const MAX_BYTES = 2 * 1024 * 1024;

export const AVATAR_TYPES = TYPES.join(",");

/** Why a file is no avatar, if it is none. */
export function avatarProblem({ type, size }: Pick<File, "type" | "size">): "type" | "size" | undefined {
  if (!TYPES.includes(type)) return "type";
  return size > MAX_BYTES ? "size" : undefined;
}
