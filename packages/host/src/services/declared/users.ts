import type { Declared } from "../../config/declared.ts";
import type { UserStore } from "../../store/users.ts";
import type { UserService } from "../users.ts";
import { changesBetween, type Step } from "./difference.ts";

/** Who may sign in. Whoever is new gets in by a link that an admin makes. */
export function planUsers(
  declared: Declared["users"],
  users: Pick<UserStore, "get">,
  service: UserService | null,
): Step[] {
  return Object.entries(declared).flatMap(([name, { role, disabled }]): Step[] => {
    const user = users.get(name);
    const about = { kind: "user" as const, name, entry: `users.${name}`, problem: null };
    const from = user ? { role: user.role, disabled: user.disabledAt !== null } : {};
    const changes = changesBetween(from, { role, disabled });
    if (changes.length === 0) return [];
    return [
      {
        ...{ ...about, action: user ? "change" : "add", changes },
        async apply() {
          if (!user) service?.add(name, role);
          service?.change(name, { role, disabled });
        },
      },
    ];
  });
}

/** Who is declared no more may not sign in, until somebody says otherwise. */
export function removeUser(name: string, users: Pick<UserStore, "get">, service: UserService | null): Step {
  const isIn = users.get(name)?.disabledAt === null;
  return {
    ...{ kind: "user", name, entry: `users.${name}`, action: "remove", problem: null },
    changes: isIn ? [{ field: "disabled", from: false, to: true }] : [],
    async apply() {
      if (isIn) service?.change(name, { disabled: true });
    },
  };
}
