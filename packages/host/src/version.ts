/** Rookery's version: what a manifest's `rookery` range is held against. */
export const VERSION = "0.1.0";
