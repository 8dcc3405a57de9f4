/** The sha256 of a content, in hexadecimal. */
export const KEY = /^[0-9a-f]{64}$/;

/** Where a blob lies, with two letters of its key as a folder, in a directory and in a bucket alike. */
export const pathOf = (key: string): string => `${key.slice(0, 2)}/${key}`;
