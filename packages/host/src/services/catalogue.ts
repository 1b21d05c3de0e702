import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest } from "@rookery/plugin-sdk/manifest";
import type { Bundle } from "../bundle/index.ts";
import { AppError } from "../errors.ts";
import type { PluginStore } from "../store/plugins.ts";
import type { PluginService, PluginView } from "./plugins.ts";

/** A bundle that comes with Rookery. */
export interface Offered {
  manifest: Manifest;
  sha256: string;
  /** In bytes. */
  size: number;
  /** The version that is installed; `null` where none is. */
  installed: string | null;
  /** Whether the installed bundle is this one. */
  isSame: boolean;
}

/** The bundles that come with Rookery, ready to be installed. */
export interface Catalogue {
  list(): Promise<Offered[]>;
  /** As an upload of it would. @throws AppError `NOT_FOUND`, and as `PluginService.install` */
  install(id: string): Promise<{ plugin: PluginView; replaced: boolean }>;
}

export function createCatalogue(options: {
  folder: string;
  plugins: Pick<PluginStore, "get">;
  service: Pick<PluginService, "install">;
  read: (bytes: Buffer) => Bundle | Promise<Bundle>;
}): Catalogue {
  const { folder, plugins, service, read } = options;
  let known: Promise<{ path: string; manifest: Manifest; sha256: string; size: number }[]> | undefined;

  /** They do not change while the host runs. */
  async function readAll() {
    const names = existsSync(folder) ? (await readdir(folder)).filter((name) => name.endsWith(".mbp")) : [];
    return await Promise.all(
      names.sort().map(async (name) => {
        const path = join(folder, name);
        const { manifest, sha256, size } = await read(await readFile(path));
        return { path, manifest, sha256, size };
      }),
    );
  }

  function all() {
    known ??= readAll();
    // What could not be read now may be readable later.
    known.catch(() => {
      known = undefined;
    });
    return known;
  }

  return {
    async list() {
      return (await all()).map(({ manifest, sha256, size }) => {
        const installed = plugins.get(manifest.id);
        return {
          ...{ manifest, sha256, size, installed: installed?.version ?? null },
          isSame: installed?.sha256 === sha256,
        };
      });
    },
    async install(id) {
      const found = (await all()).find(({ manifest }) => manifest.id === id);
      if (!found) throw new AppError("NOT_FOUND", `No bundle of ${id} comes with Rookery.`);
      return await service.install(await readFile(found.path));
    },
  };
}
