import { Buffer } from "node:buffer";
import { hmac } from "@noble/hashes/hmac.js";
import { md5, ripemd160, sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512, sha512_256 } from "@noble/hashes/sha2.js";

type Data = string | ArrayBufferView;
type Text = BufferEncoding;

const ALGORITHMS = new Map(
  Object.entries({ md5, ripemd160, sha1, sha224, sha256, sha384, sha512, "sha512-256": sha512_256 }),
);

type Algorithm = typeof sha256;
type Running = ReturnType<Algorithm["create"]>;

function algorithm(name: string): Algorithm {
  const known = ALGORITHMS.get(name.toLowerCase().replace(/^(?:rsa-)?sha-?(?=\d)/, "sha"));
  if (known) return known as Algorithm;
  const text = `There is no hash "${name}" in the sandbox, only ${getHashes().join(", ")}. A package such as @noble/hashes has more.`;
  throw new Error(text);
}

/** A hash on its way: `update` as often as there is data, then `digest`, once. It is no stream. */
class Digest {
  #running: Running | null;

  constructor(running: Running) {
    this.#running = running;
  }

  update(data: Data, encoding?: Text): this {
    this.#open().update(toBytes(data, encoding));
    return this;
  }

  digest(): Buffer;
  digest(encoding: Text): string;
  digest(encoding?: Text): Buffer | string {
    const bytes = Buffer.from(this.#open().digest());
    this.#running = null;
    return encoding === undefined || (encoding as string) === "buffer" ? bytes : bytes.toString(encoding);
  }

  copy(): Digest {
    return new Digest(this.#open().clone());
  }

  #open(): Running {
    if (this.#running) return this.#running;
    throw Object.assign(new Error("Digest already called"), { code: "ERR_CRYPTO_HASH_FINALIZED" });
  }
}

export const getHashes = (): string[] => [...ALGORITHMS.keys()];

/** A hash by its name, such as "sha256". */
export const createHash = (name: string): Digest => new Digest(algorithm(name).create());

/** A keyed hash by its name. */
export const createHmac = (name: string, key: Data): Digest =>
  new Digest(hmac.create(algorithm(name), toBytes(key)) as never);

/** The hash of something whole, in hex unless told. */
export function hash(name: string, data: Data, encoding: Text | "buffer" = "hex"): string | Buffer {
  return createHash(name)
    .update(data)
    .digest(encoding as Text);
}

function toBytes(data: Data, encoding: Text = "utf8"): Uint8Array<ArrayBuffer> {
  if (typeof data === "string") return new Uint8Array(Buffer.from(data, encoding));
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength) as Uint8Array<ArrayBuffer>;
  }
  const text =
    'The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView.';
  throw Object.assign(new TypeError(text), { code: "ERR_INVALID_ARG_TYPE" });
}
