import * as types from "./kinds.ts";

export * from "./kinds.ts";
export default types;
