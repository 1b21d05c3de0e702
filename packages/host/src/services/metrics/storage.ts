import type { DiskSpace } from "../../store/disk-space.ts";
import type { Family } from "./family.ts";

export interface StorageSources {
  /** Of the data directory. */
  disk: () => DiskSpace;
  /** How large the registry is, which has the inbox; in bytes. */
  registryBytes: () => number;
}

/** Where the host's state lies. */
export function storageFamilies({ disk, registryBytes }: StorageSources): Family[] {
  const { freeBytes, sizeBytes } = disk();
  const one = (name: string, help: string, value: number): Family => ({
    ...{ name, help, type: "gauge", values: [{ labels: {}, value }] },
  });
  return [
    one("rookery_disk_free_bytes", "What can still be written beside the host's data, in bytes.", freeBytes),
    one("rookery_disk_size_bytes", "How large the disk of the host's data is, in bytes.", sizeBytes),
    one(
      "rookery_registry_size_bytes",
      "How large the registry is, with the inbox and what is not yet merged into it, in bytes.",
      registryBytes(),
    ),
  ];
}
