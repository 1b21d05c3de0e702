/** As the build puts it into the process's one file. */
declare module "*.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}

/** What the codecs' types expect of a browser's, and is there in Node, too. */
declare namespace WebAssembly {
  const Module: { new (bytes: Uint8Array<ArrayBuffer>): Module };
}

/** Of a browser, without what the codecs do not read; they bring their own. */
interface ImageData {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}
