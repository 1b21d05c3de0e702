import decoder from "string_decoder/";

export const StringDecoder: typeof import("node:string_decoder").StringDecoder = decoder.StringDecoder;
export default { StringDecoder };
