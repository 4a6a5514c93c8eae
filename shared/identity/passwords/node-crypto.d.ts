/**
 * What the Worker uses of Node's crypto, which workerd brings along (`nodejs_compat`). Node's own types would bring `process`, `Buffer`
 * and everything else of Node with them, which the Worker must not come to rely on.
 */
declare module "node:crypto" {
  interface ScryptOptions {
    /** Cost: a power of two. */
    readonly N: number;
    readonly r: number;
    readonly p: number;
    /** Bytes of memory that may be used. */
    readonly maxmem: number;
  }
  /** RFC 7914. Throws a RangeError for parameters that need more memory than `maxmem`. */
  export function scryptSync(password: string, salt: Uint8Array, length: number, options: ScryptOptions): Uint8Array;
  /** Throws a RangeError when the lengths differ. */
  export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean;
  /** SHA-256 (FIPS 180-4) where nothing may wait. */
  export function createHash(algorithm: "sha256"): { update(text: string): { digest(): Uint8Array } };
}
