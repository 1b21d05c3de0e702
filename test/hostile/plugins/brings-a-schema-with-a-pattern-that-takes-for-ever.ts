import { plugin } from "../attempt.ts";

/** The host itself checks configs by the plugin's schema. */
export default plugin({
  manifest: {
    configSchema: {
      type: "object",
      properties: { a: { type: "string", pattern: "^(a+)+$", default: `${"a".repeat(50)}!` } },
    },
  },
  doesNotStart: /CONFIG_INVALID.*schema/,
});
