import { useSession } from "../../api/session.ts";

/** Accounts are changed by admins; the others see how they are. */
export const useIsAdmin = () => useSession()?.user.role === "admin";
