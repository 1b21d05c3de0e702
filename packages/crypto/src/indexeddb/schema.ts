import type { Database } from "better-sqlite3";

export interface IndexSchema {
  id: number;
  name: string;
  keyPath: string | string[];
  isUnique: boolean;
}

export interface StoreSchema {
  id: number;
  name: string;
  indexes: Map<string, IndexSchema>;
}

/** The databases of a file, and what stores and indexes they have. */
export interface Schemas {
  /** Of all databases. */
  names(): string[];
  /** 0 where there is none. */
  version(name: string): number;
  /** Makes the database where there is none. */
  setVersion(name: string, version: number): void;
  load(name: string): Map<string, StoreSchema>;
  createStore(database: string, name: string): StoreSchema;
  deleteStore(store: StoreSchema): void;
  createIndex(store: StoreSchema, index: Omit<IndexSchema, "id">): IndexSchema;
}

export function schemas(database: Database): Schemas {
  const names = database.prepare<[], string>("SELECT name FROM databases").pluck();
  const version = database.prepare<[string], number>("SELECT version FROM databases WHERE name = ?").pluck();
  const setVersion = database.prepare(
    "INSERT INTO databases (name, version) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version",
  );
  const stores = database.prepare<[string], { id: number; name: string }>(
    "SELECT stores.id, stores.name FROM stores JOIN databases ON databases.id = database_id WHERE databases.name = ?",
  );
  const indexes = database.prepare<
    [number],
    { id: number; name: string; key_path: string; is_unique: number }
  >("SELECT id, name, key_path, is_unique FROM indexes WHERE store_id = ?");
  const createStore = database.prepare(
    "INSERT INTO stores (database_id, name) SELECT id, ? FROM databases WHERE name = ?",
  );
  const deleteStore = database.prepare("DELETE FROM stores WHERE id = ?");
  const deleteIndexes = database.prepare("DELETE FROM indexes WHERE store_id = ?");
  const createIndex = database.prepare(
    "INSERT INTO indexes (store_id, name, key_path, is_unique) VALUES (?, ?, ?, ?)",
  );

  const loadIndexes = (store: number) =>
    new Map(
      indexes.all(store).map(({ id, name, key_path, is_unique }) => {
        const keyPath = JSON.parse(key_path) as string | string[];
        return [name, { id, name, keyPath, isUnique: is_unique === 1 }];
      }),
    );

  return {
    names: () => names.all(),
    version: (name) => version.get(name) ?? 0,
    setVersion: (name, to) => void setVersion.run(name, to),
    load: (name) =>
      new Map(stores.all(name).map((store) => [store.name, { ...store, indexes: loadIndexes(store.id) }])),
    createStore(of, name) {
      const id = Number(createStore.run(name, of).lastInsertRowid);
      return { id, name, indexes: new Map() };
    },
    deleteStore({ id }) {
      deleteStore.run(id);
      deleteIndexes.run(id);
    },
    createIndex(store, index) {
      const { name, keyPath, isUnique } = index;
      const { lastInsertRowid } = createIndex.run(store.id, name, JSON.stringify(keyPath), isUnique ? 1 : 0);
      return { id: Number(lastInsertRowid), ...index };
    },
  };
}
