import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "./build/compressed.ts";
import { themeCss } from "./build/theme-css.ts";

export default defineConfig({
  plugins: [react(), themeCss(), compressed()],
  build: {
    outDir: "dist",
    sourcemap: true,
    target: "es2023",
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // A handful of files instead of forty: over a slow tunnel each request costs a round trip.
          groups: [
            {
              name: "vendor",
              // What only the log needs comes with the log.
              test: /node_modules[\\/](react|react-dom|scheduler|@tanstack[\\/](?!react-virtual|virtual-core)[^\\/]+)[\\/]/,
              priority: 2,
            },
            {
              name: "shared",
              test: /web-ui[\\/]src|@mantine|@tabler/,
              minShareCount: 3,
              priority: 1,
            },
          ],
        },
      },
    },
  },
  server: {
    host: "127.0.0.1",
    port: 5173,
    proxy: { "/api": { target: "http://127.0.0.1:29316", changeOrigin: true } },
  },
});
