/** Where a data directory that is being restored lies until it is whole. */
export const stagedFor = (dataDir: string) => `${dataDir}.restoring`;
