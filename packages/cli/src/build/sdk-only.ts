import type { Plugin } from "esbuild";

const SDK = "@rookery/plugin-sdk";

/** Leaves the SDK out of the bundle, since the host provides it, and refuses its other parts. */
export const sdkOnly: Plugin = {
  name: "sdk-only",
  setup(build) {
    build.onResolve({ filter: /^@rookery\/plugin-sdk(\/|$)/ }, ({ path }) => {
      if (path === SDK) return { path, external: true };
      const text = `"${path}" is not there when a plugin runs. Import what it needs from "${SDK}"; "${SDK}/testing" is for its tests only.`;
      return { errors: [{ text }] };
    });
  },
};
