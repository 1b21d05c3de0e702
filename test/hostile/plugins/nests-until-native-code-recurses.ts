import { plugin } from "../attempt.ts";

/** JSON, cloning, flattening and comparing go down in native code. */
export default plugin({
  go: `let deep = []; for (let n = 0; n < 5e6; n++) deep = [deep]; for (const work of [() => JSON.stringify(deep), () => structuredClone(deep), () => deep.flat(Infinity), () => String(deep), () => JSON.parse("[".repeat(5e7)), () => new Intl.NumberFormat("en").format(deep)]) try { work(); } catch {} return "done";`,
  mayBeEnded: true,
});
