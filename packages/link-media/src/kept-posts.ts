import { type Database, parse, Type, type UploadedMedia } from "@rookery/plugin-sdk";

/** An item of a post, as it lies on the homeserver. */
export interface KeptItem {
  /** `null`: it was said in words alone. */
  media: UploadedMedia | null;
  name: string;
  /** Said with it, beside the caption: that it stands for a file that is too large. */
  note?: string | undefined;
}

/** A post whose every item is on the homeserver, with what its caption is made of. */
export interface KeptPost {
  author: string | undefined;
  authorName: string | undefined;
  text: string;
  at: number | undefined;
  sensitive: boolean;
  items: KeptItem[];
}

/** Posts that can be sent again without asking anybody. What failed is never kept. */
export interface KeptPosts {
  get(link: string): KeptPost | undefined;
  put(link: string, post: KeptPost): void;
}

const MAX_POSTS = 500;
const Kept = Type.Object({ items: Type.Array(Type.Object({ name: Type.String() })) });

/**
 * @param server whose copies they are: addresses of one are of no use on another
 * @param keptMs how long after it was sent first; 0: not at all
 */
export function createKeptPosts(database: Database, server: string, keptMs: number): KeptPosts {
  return {
    get(link) {
      const sql = "SELECT post FROM kept WHERE server = ? AND link = ? AND at > ?";
      const row = database.get<{ post: string }>(sql, server, link, Date.now() - keptMs);
      // Written below, by this version or one before it.
      return row && (parse(Kept, JSON.parse(row.post)) as unknown as KeptPost);
    },
    put(link, post) {
      if (keptMs === 0) return;
      database.run(
        "INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)",
        server,
        link,
        JSON.stringify(post),
        Date.now(),
      );
      database.run("DELETE FROM kept WHERE at <= ?", Date.now() - keptMs);
      database.run(
        "DELETE FROM kept WHERE rowid NOT IN (SELECT rowid FROM kept ORDER BY at DESC LIMIT ?)",
        MAX_POSTS,
      );
    },
  };
}
