import { Type } from "typebox";
import { AppError } from "../../errors.ts";
import { defineMethod } from "./method.ts";

const Key = Type.String({ minLength: 1, maxLength: 512 });
const MAX_VALUE = 64 * 1024;

/** Reads a value of the instance's own store. */
export const storeGet = defineMethod({
  name: "store.get",
  params: Type.Object({ key: Key }),
  run: ({ store }, { key }) => ({ json: store.get(key) }),
});

/** Writes a value, up to 64 KiB of JSON. */
export const storeSet = defineMethod({
  name: "store.set",
  params: Type.Object({ key: Key, json: Type.String({ maxLength: MAX_VALUE }) }),
  run({ store }, { key, json }) {
    if (!isJson(json)) throw new AppError("BAD_REQUEST", `"store.set": /json is not JSON.`);
    store.set(key, json);
    return null;
  },
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Forgets a value. */
export const storeDelete = defineMethod({
  name: "store.delete",
  params: Type.Object({ key: Key }),
  run({ store }, { key }) {
    store.delete(key);
    return null;
  },
});

/** Lists values by the beginning of their keys. */
export const storeList = defineMethod({
  name: "store.list",
  params: Type.Object({
    prefix: Type.String({ maxLength: 512 }),
    limit: Type.Integer({ minimum: 1, maximum: 1000 }),
  }),
  run: ({ store }, { prefix, limit }) => store.list(prefix, limit),
});
