declare module 'pg/lib/utils.js' {
  /** How the driver `pg` writes a parameter: text, or null. */
  const utilities: { prepareValue(value: unknown): string | Uint8Array | null };
  export default utilities;
}

/** What is used of it; the types of the browser are not part of this project. */
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: string;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
