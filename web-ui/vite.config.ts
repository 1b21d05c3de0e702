import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { themeCss } from "./build/theme-css.ts";

export default defineConfig({
  plugins: [react(), themeCss()],
  build: { outDir: "dist", sourcemap: true, target: "es2023", assetsInlineLimit: 0 },
  server: {
    host: "127.0.0.1",
    port: 5173,
    proxy: { "/api": { target: "http://127.0.0.1:29316", changeOrigin: true } },
  },
});
