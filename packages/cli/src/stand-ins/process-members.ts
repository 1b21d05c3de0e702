// What is put in the place of these names in a plugin's code. `typeof process` stays "undefined", so that
// code which asks for it goes the way it would in a browser.
const browser = true;

export {
  argv as "process.argv",
  cwd as "process.cwd",
  emitWarning as "process.emitWarning",
  env as "process.env",
  hrtime as "process.hrtime",
  nextTick as "process.nextTick",
  platform as "process.platform",
  version as "process.version",
  versions as "process.versions",
} from "node:process";
export { browser as "process.browser" };
