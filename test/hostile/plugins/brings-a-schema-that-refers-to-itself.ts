import { plugin } from "../attempt.ts";

/** Twice at each step, for ever. */
export default plugin({
  manifest: {
    configSchema: {
      $defs: { a: { allOf: [{ $ref: "#/$defs/a" }, { $ref: "#/$defs/a" }] } },
      $ref: "#/$defs/a",
    },
  },
  doesNotStart: /CONFIG_INVALID.*schema/,
});
