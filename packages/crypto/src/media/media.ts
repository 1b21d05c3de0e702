import {
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  createHash,
  type Decipheriv,
  type Hash,
  randomBytes,
} from "node:crypto";
import { Transform, type TransformCallback } from "node:stream";
import { type Static, Type } from "typebox";
import { parse } from "../engine/parse.ts";
import { CryptoError } from "../errors.ts";

/** How an attachment was encrypted: what stands in an event's `file` beside the `url`. */
export const MediaKey = Type.Object({
  v: Type.Literal("v2"),
  key: Type.Object({
    kty: Type.Literal("oct"),
    key_ops: Type.Array(Type.String()),
    alg: Type.Literal("A256CTR"),
    k: Type.String(),
    ext: Type.Literal(true),
  }),
  iv: Type.String(),
  hashes: Type.Object({ sha256: Type.String() }),
});
export type MediaKey = Static<typeof MediaKey>;

/** A stream into which a file goes, and from which it comes encrypted. */
export class MediaEncryption extends Transform {
  readonly #key = randomBytes(32);
  // The lower half counts the blocks.
  readonly #iv = Buffer.concat([randomBytes(8), Buffer.alloc(8)]);
  readonly #cipher: Cipheriv = createCipheriv("aes-256-ctr", this.#key, this.#iv);
  readonly #hash: Hash = createHash("sha256");
  #sha256: string | undefined;

  override _transform(chunk: Buffer, _: string, done: TransformCallback): void {
    const encrypted = this.#cipher.update(chunk);
    this.#hash.update(encrypted);
    done(null, encrypted);
  }

  override _flush(done: TransformCallback): void {
    this.#sha256 = unpadded(this.#hash.digest());
    done();
  }

  /** @throws Error before the stream has ended: the hash is of the whole */
  get mediaKey(): MediaKey {
    if (this.#sha256 === undefined) throw new Error("The file's hash is known when its stream has ended.");
    const k = this.#key.toString("base64url");
    return {
      v: "v2",
      key: { kty: "oct", key_ops: ["encrypt", "decrypt"], alg: "A256CTR", k, ext: true },
      iv: unpadded(this.#iv),
      hashes: { sha256: this.#sha256 },
    };
  }
}

/**
 * A stream into which an encrypted file goes, and from which it comes as it was. It fails at its end where the file is
 * not the one that was sent: use nothing of it before.
 */
export class MediaDecryption extends Transform {
  readonly #cipher: Decipheriv;
  readonly #hash: Hash = createHash("sha256");
  readonly #sha256: string;

  /**
   * @param file an event's `file`
   * @throws `BAD_DATA`
   */
  constructor(file: unknown) {
    super();
    const { key, iv, hashes } = parse(MediaKey, file, "an encrypted file");
    const [keyBytes, ivBytes] = [Buffer.from(key.k, "base64url"), Buffer.from(iv, "base64")];
    if (keyBytes.length !== 32 || ivBytes.length !== 16) {
      throw new CryptoError("BAD_DATA", "an encrypted file: its key or iv has another length");
    }
    this.#cipher = createDecipheriv("aes-256-ctr", keyBytes, ivBytes);
    this.#sha256 = hashes.sha256.replace(/=+$/, "");
  }

  override _transform(chunk: Buffer, _: string, done: TransformCallback): void {
    this.#hash.update(chunk);
    done(null, this.#cipher.update(chunk));
  }

  override _flush(done: TransformCallback): void {
    const isWhole = unpadded(this.#hash.digest()) === this.#sha256;
    done(isWhole ? null : new CryptoError("BAD_DATA", "an encrypted file: its hash is another"));
  }
}

const unpadded = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");
