import { definePlugin } from "@rookery/plugin-sdk";
import { attempt, chunk, cloneDeep, debounce, groupBy, isEqual, merge, template } from "lodash-es";

export default definePlugin({
  async setup(bot) {
    const original = { a: [1, { b: new Date(0) }], m: new Map([["k", /x/g]]) };
    const copy = cloneDeep(original);
    const called = await new Promise((resolve) => {
      const later = debounce(resolve, 5);
      later("first");
      later("last");
    });
    bot.log.info(
      JSON.stringify({
        chunks: chunk([1, 2, 3, 4, 5], 2),
        groups: groupBy(["one", "two", "three"], "length"),
        copied: copy !== original && isEqual(copy, original),
        merged: merge({ a: { x: 1 } }, { a: { y: 2 } }),
        text: template("Hello <%= data.name %>!", { variable: "data" })({ name: "Ada" }),
        sloppy: String(attempt(() => template("Hello <%= name %>!"))),
        called,
      }),
    );
  },
});
