import stream from "readable-stream/lib/stream.js";

type NodeStream = typeof import("node:stream");

/** `readable-stream` of npm: Node's own streams, cut out of it. */
const all = stream as NodeStream & { isDisturbed(stream: unknown): boolean };

export const { Readable, Writable, Duplex, Transform, PassThrough, Stream } = all;
export const { pipeline, finished, compose, addAbortSignal, promises } = all;
export const { isDisturbed, isErrored, isReadable } = all;
export default all;
