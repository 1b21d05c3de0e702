// Packages without types of their own, and those whose types are Node's.
declare module "events/";
declare module "path-browserify";
declare module "readable-stream/lib/stream.js";
declare module "string_decoder/";
declare module "url/";
