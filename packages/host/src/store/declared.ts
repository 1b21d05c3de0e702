import type { Db } from "./database.ts";

export const DECLARED_KINDS = ["user", "plugin", "account", "instance"] as const;
export type DeclaredKind = (typeof DECLARED_KINDS)[number];

/** Something that was declared when the configuration was last applied. */
export interface DeclaredRow {
  kind: DeclaredKind;
  /** Its ID; of an account its user ID. */
  name: string;
  /** Which credentials an account was logged in with; tells them from others, and nothing of them. */
  login: string | null;
  problem: DeclaredProblem | null;
}

/** Why something could not be applied, and which difference that was: of another one it says nothing. */
export interface DeclaredProblem {
  text: string;
  of: string;
}

type Stored = Omit<DeclaredRow, "problem"> & { problem: string | null };
const toRow = (row: Stored): DeclaredRow => ({
  ...row,
  problem: row.problem === null ? null : (JSON.parse(row.problem) as DeclaredProblem),
});

export type DeclaredStore = ReturnType<typeof createDeclaredStore>;

export function createDeclaredStore(db: Db) {
  const all = db.prepare<[], Stored>("SELECT kind, name, login, problem FROM declared ORDER BY kind, name");
  const one = db.prepare<[string, string], Stored>(
    "SELECT kind, name, login, problem FROM declared WHERE kind = ? AND name = ?",
  );
  const claim = db.prepare("INSERT INTO declared (kind, name) VALUES (?, ?) ON CONFLICT DO NOTHING");
  const setLogin = db.prepare("UPDATE declared SET login = ? WHERE kind = ? AND name = ?");
  const setProblem = db.prepare("UPDATE declared SET problem = ? WHERE kind = ? AND name = ?");
  const remove = db.prepare("DELETE FROM declared WHERE kind = ? AND name = ?");
  return {
    list: () => all.all().map(toRow),
    get(kind: DeclaredKind, name: string) {
      const row = one.get(kind, name);
      return row && toRow(row);
    },
    /** Notes that it is declared, before anything is done about it: whoever is killed then knows of it. */
    claim: (kind: DeclaredKind, name: string) => void claim.run(kind, name),
    setLogin: (kind: DeclaredKind, name: string, login: string | null) =>
      void setLogin.run(login, kind, name),
    setProblem: (kind: DeclaredKind, name: string, problem: DeclaredProblem | null) =>
      void setProblem.run(problem && JSON.stringify(problem), kind, name),
    remove: (kind: DeclaredKind, name: string) => void remove.run(kind, name),
  };
}
