// What is put in the place of the global `Buffer` in a plugin's code.
export { Buffer } from "node:buffer";
