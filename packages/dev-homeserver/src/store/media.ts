import type { Database } from "./database.ts";

export interface MediaRow {
  readonly media_id: string;
  readonly user_id: string;
  readonly content_type: string | null;
  readonly file_name: string | null;
  /** Bytes; null while an asynchronous upload is awaited. */
  readonly size: number | null;
}

export type MediaStore = ReturnType<typeof createMediaStore>;

/** What is known of each uploaded file; the bytes lie on the disk under the media ID. */
export function createMediaStore(database: Database) {
  const get = database.prepare<[string], MediaRow>("SELECT * FROM media WHERE media_id = ?");
  const put = database.prepare("INSERT OR REPLACE INTO media VALUES (?, ?, ?, ?, ?)");
  return {
    get: (mediaId: string) => get.get(mediaId),
    put(row: MediaRow): void {
      database.begin();
      put.run(row.media_id, row.user_id, row.content_type, row.file_name, row.size);
    },
  };
}
