import { fileURLToPath } from "node:url";

/** Files that the host needs at run time. */
export interface Assets {
  /** The worker's bundle, the one file a worker may read. */
  worker: string;
  /** What reads bundles in a thread of its own. */
  bundleReader: string;
  /** The bundle of the process that runs plugins' SQL. */
  database: string;
  /** The bundle of the process that decodes pictures. */
  pictures: string;
  /** The bundle of the thread that has an account's encryption. */
  cryptoWorker: string;
  /** The bundle of the process that makes backups. */
  backup: string;
  migrations: string;
  webUi: string;
  /** The folder of the bundles that come with Rookery. */
  bundles: string;
}

/**
 * Where they lie: beside the built host in `dist`, or in the source tree, where `npm run build` has
 * put what must be built.
 */
export function findAssets(): Assets {
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const root = import.meta.url.endsWith(".ts") ? "../dist/" : "./";
  return {
    worker: at(`${root}worker.mjs`),
    bundleReader: at(`${root}bundle-reader.mjs`),
    database: at(`${root}database.mjs`),
    pictures: at(`${root}pictures.mjs`),
    cryptoWorker: at(`${root}crypto-worker.mjs`),
    backup: at(`${root}backup.mjs`),
    migrations: at(`${root}migrations/`),
    webUi: at(`${root}web-ui/`),
    bundles: at(`${root}bundles/`),
  };
}
